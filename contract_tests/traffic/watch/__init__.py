"""A reverse proxy that judges what passes."""
