"""The API of the contract: requests to operations, operations to answers."""
