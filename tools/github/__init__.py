"""What the workflows do on GitHub: the nightly run with its issues, and the comment with a diff."""
