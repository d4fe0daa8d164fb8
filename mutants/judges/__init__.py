"""Scores the tests of the oracle and the judges with mutmut."""
