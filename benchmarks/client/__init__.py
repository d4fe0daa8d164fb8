"""The client's CPU time and memory beside httpx, the official SDK and the stock generator."""
