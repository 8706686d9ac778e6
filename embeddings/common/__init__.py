"""What the models of this room share: arrays, the training loop, checkpoints."""
