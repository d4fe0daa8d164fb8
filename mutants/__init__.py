"""Scores the contract suite on servers with one fault each and on correct variations."""
