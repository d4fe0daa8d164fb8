"""What the API must do: the OpenAPI document, the rule catalogue and the PATCH oracle."""
