"""Finding of skill and occupation labels in running text."""
