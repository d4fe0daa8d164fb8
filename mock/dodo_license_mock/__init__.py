"""A stateful mock of the License Keys API."""
