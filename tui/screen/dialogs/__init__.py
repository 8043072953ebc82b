"""What is opened over the panes and closed again with Esc."""
