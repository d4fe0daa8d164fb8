"""One run: opens the target, executes the checks and returns the verdict."""
