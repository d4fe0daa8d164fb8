"""Changes the requests and responses of a server: the ASGI layer that every mutant is made of."""
