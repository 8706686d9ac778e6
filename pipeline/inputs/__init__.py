"""Inputs of the recommender: a graph snapshot converted to a market and batches of students."""
