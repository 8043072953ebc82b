"""The areas of the screen, each with one question of an on-call engineer."""
