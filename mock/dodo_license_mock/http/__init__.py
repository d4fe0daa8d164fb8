"""HTTP: request and response messages, the request builder, body parsing, statuses and errors."""
