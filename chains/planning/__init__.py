"""Plans of up to three resources: candidates of a plan, and the search among them."""
