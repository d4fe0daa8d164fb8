"""Scores the tests of the oracle and the judges by mutating these with mutmut."""
