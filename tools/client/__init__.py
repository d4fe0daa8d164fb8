"""Validates and lints the OpenAPI specification and generates the client from it."""
