"""Measurements beside peers, to be repeated by hand."""
