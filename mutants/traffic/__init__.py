"""Compares what judges find in recordings of runs against mutants."""
