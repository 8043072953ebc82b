"""`vpctop policy`: endpoint policies on the command line."""
