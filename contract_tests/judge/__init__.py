"""Turns exchanges into findings and findings into a verdict, and compares verdicts."""
