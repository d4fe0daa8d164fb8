"""Sends requests to the target: guarded, within the rate limits and a deadline."""
