"""Sandbox: the API with a clock, faults, a rate limit, a request log, seeds and webhooks."""
