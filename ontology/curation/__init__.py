"""The steward's workshop: what can be decided about terms and skills, and what each decision changes."""
