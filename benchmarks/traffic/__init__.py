"""How fast recordings are judged, and what the watching proxy adds to the latency."""
