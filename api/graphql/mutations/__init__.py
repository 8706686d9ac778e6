"""Root mutation fields: curation decisions and feedback."""
