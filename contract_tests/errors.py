"""Errors that stop a run or a check. None of them is a contract violation."""


class SuiteError(Exception):
    """Base class. The message is one human-readable sentence."""


class CannotRunError(SuiteError):
    """The run cannot start. The message names the problem and the fix."""


class RefusedByGuardError(SuiteError):
    """The guard blocked a request that could change data outside the allowed keys."""


class UnavailableError(SuiteError):
    """The account lacks a precondition of a check. The message names what enables it."""


class BudgetSpentError(SuiteError):
    """The run has used up its request budget."""


class RunStoppedError(SuiteError):
    """No further check of the run can give a result."""


class UnreachableError(RunStoppedError):
    """The target cannot be reached."""


class TokenRejectedError(RunStoppedError):
    """The target rejects the token that it accepted before."""


class ForeignChangeError(RunStoppedError):
    """Another program changes a key under test during the run."""
