"""What a flow record is and how to ask about records; no AWS, no screen."""
