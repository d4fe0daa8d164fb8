"""What our comparison, oasdiff and Redocly report for each pair of a table."""
