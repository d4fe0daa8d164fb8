"""Copies the client into a service, with its provenance and bill of materials."""
