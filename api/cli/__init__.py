"""The ``skillpath`` command line: commands by group, the demo, the doctor and chains drawn as pictures."""
