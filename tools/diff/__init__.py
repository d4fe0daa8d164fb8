"""What changed between two OpenAPI documents, whom it breaks, and what to do about it."""
