"""The oracle and the judges alone, on exchanges written out: what mutmut runs on each mutation."""
