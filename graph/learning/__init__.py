"""Learning data in the graph: history, monthly demand, embeddings and forecasts."""
