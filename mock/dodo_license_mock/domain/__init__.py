"""Domain: license keys, their rules and the errors that a rule raises, without HTTP or storage."""
