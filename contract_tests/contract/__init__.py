"""What the API must do: the specification, the catalogue of rules and the oracle."""
