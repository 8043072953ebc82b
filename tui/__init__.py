"""vpctop: VPC Flow Logs, rejects, endpoints and endpoint policies in the terminal."""

__version__ = "0.1.0"
