"""How requests reach the target: guarded, within the rate limit and the deadline."""
