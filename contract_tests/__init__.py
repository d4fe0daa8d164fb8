"""The contract suite: holds a License Keys API to openapi.yaml and to the published rules."""
