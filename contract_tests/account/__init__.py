"""The account under test: its keys, the journal of their state, and how they are restored."""
