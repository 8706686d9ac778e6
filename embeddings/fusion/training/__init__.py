"""Training of the fused model: losses, training loop, checkpoints and the whole fit."""
