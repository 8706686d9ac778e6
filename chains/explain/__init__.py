"""Explanations of chains: sentences, evidence, counterfactuals, the skill hierarchy and fairness figures."""
