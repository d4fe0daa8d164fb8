"""Benchmarks of the client and the mock beside their peers; none of them is a test."""
