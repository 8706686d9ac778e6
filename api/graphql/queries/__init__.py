"""Root query fields of planners and stewards."""
