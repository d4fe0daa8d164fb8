"""The commands of the Makefile: generate and vendor the client, compare OpenAPI specifications."""
