"""Input features of the fused model, month by month, and their tensors."""
