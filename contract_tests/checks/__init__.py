"""The checks that pytest runs on the target; their markers set their profile and order."""
