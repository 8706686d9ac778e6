"""What is learned: arrays in, arrays out; no database, no GraphQL."""
