"""One run on one target: prepares the account, runs the checks and returns the verdict."""
