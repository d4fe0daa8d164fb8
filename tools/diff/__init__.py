"""Compares two OpenAPI documents and classifies each change by whom it breaks."""
