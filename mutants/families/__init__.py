"""Faults by family: what the published failures of real APIs have in common, each in many ways."""
