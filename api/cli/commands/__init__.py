"""The commands of ``skillpath``, a module for each group; each imports what it needs when it is called."""
