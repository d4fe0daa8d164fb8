"""What keeps the suite from going on: none of these says anything about the API's contract."""


class SuiteError(Exception):
    """The text is one sentence for a person."""


class CannotRunError(SuiteError):
    """The run cannot be made; the text names what to mend."""


class RefusedByGuardError(SuiteError):
    """A request was not sent because it might change what it may not."""


class UnavailableError(SuiteError):
    """The account lacks what a check needs; the text says what would enable it."""


class BudgetSpentError(SuiteError):
    """The run has sent as many requests as it may."""


class UnreachableError(SuiteError):
    """The target cannot be reached."""
