"""Judges recorded and live traffic that the suite did not send."""
