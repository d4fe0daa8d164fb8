"""The checks that pytest runs against the target API."""
