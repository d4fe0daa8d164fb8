"""Makes the mock respond as an API was last observed, where the contract leaves a choice."""
