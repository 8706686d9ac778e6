"""Learning from feedback: exposure, rewards, the policy, its updates and off-policy evaluation."""
