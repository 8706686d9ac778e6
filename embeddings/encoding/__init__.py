"""Encoding of long texts: sentence splitting, a quantised model and a vector store."""
