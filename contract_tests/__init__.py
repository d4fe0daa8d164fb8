"""The contract suite: checks a License Keys API against openapi.yaml and the rule catalogue."""
