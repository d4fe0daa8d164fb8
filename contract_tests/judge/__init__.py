"""Turns exchanges into findings, findings into a verdict, and compares verdicts."""
