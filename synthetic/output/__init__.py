"""Files of the synthetic town: tables, broken rows, configuration and ground truth."""
