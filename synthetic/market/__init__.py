"""The synthetic labour market: employers, demand, shocks and postings."""
