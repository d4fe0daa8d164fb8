"""Runs the contract suite and stock Schemathesis on each mutant and writes the scores."""
