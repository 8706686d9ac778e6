"""Readers of sources as tables: five file formats and databases."""

from skillpath.pipeline.ingest.reading.source import SUFFIXES, read_source, read_table
from skillpath.pipeline.ingest.reading.table import LINE, ROW, Table
from skillpath.pipeline.ingest.reading.watermark import marks, newest

__all__ = ["LINE", "ROW", "SUFFIXES", "Table", "marks", "newest", "read_source", "read_table"]
