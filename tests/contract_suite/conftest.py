"""Fixtures that the tests of the contract suite share with those of the mock."""

from tests.mock.conftest import cluster

__all__ = ["cluster"]
