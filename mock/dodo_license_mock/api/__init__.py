"""API: the ten operations of the contract and the routes that lead to them."""
