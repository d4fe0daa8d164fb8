"""Storage: one interface for the state, and its memory, SQLite and PostgreSQL backends."""
