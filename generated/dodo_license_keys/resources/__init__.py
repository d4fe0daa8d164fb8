# Generated from openapi.yaml 1.0.0 by openapi-python-client 0.29.1.
# Do not edit: change the specification or the templates and run `make generate`.
"""The operations, by resource."""
