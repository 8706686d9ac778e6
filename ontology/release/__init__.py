"""A vocabulary release as frames: hierarchy, redirects, difference between releases and quality."""
