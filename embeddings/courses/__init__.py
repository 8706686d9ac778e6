"""Next-course recommendation: hold-out protocols, closed-form scorers and a learned graph encoder."""
