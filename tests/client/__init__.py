"""The client against real local servers: one that misbehaves on purpose, and the mock."""
