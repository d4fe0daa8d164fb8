"""The account under test: its keys, their backup in a journal, and how they are restored."""
