"""The two ways in which a run ends early."""


class CannotRunError(Exception):
    """The suite could not run; the text is one sentence that names what to mend."""


class RefusedByGuardError(Exception):
    """A request was not sent because it might change what it may not; the text says why."""
