"""What rooms share that may not import each other: files and folders written whole or not at all."""
