"""The embedded AWS and its scripted incident."""
