"""Records license exchanges as HAR files, without tokens, license keys and customer data."""

from .recorder import AsyncRecorder, Recorder
from .writer import HarWriter, Message, Recorded

__all__ = ["AsyncRecorder", "HarWriter", "Message", "Recorded", "Recorder"]
