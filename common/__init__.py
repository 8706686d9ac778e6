"""What rooms share that may not import each other: files written whole, and the formula of capability."""
