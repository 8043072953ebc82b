"""What the reader sees and presses; the only room that imports textual."""
