"""Faulty and merely different servers, to test the contract suite with."""
