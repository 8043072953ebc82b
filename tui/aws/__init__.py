"""How Amazon tells it: sessions, tails, inventory; the only room that imports boto3."""
