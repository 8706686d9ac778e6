"""Which course next: held-out protocols, closed-form scorers that need numpy alone, and a learned graph encoder."""
