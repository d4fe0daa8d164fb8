"""License keys, their rules and how they are spoken of; nothing here knows HTTP servers."""
