"""What the sandbox adds to the API: clock, faults, rate limit, journal, seeds and webhooks."""
