"""Servers that differ from the mock but conform to the contract."""
