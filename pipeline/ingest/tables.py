"""Files as tables, under the name by which cleaning and sync know them; `skillpath.pipeline.ingest.reading` does it."""

from skillpath.pipeline.ingest.reading import LINE, ROW, Table, newest, read_source, read_table

__all__ = ["LINE", "ROW", "Table", "newest", "read_source", "read_table"]
