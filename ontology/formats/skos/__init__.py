"""Reader and writer of SKOS in every RDF syntax."""
