"""What the fused model has to beat, given the same inputs, the same split and the same number of trials."""
