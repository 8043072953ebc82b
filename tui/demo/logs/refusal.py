"""The errors CloudWatch Logs answers with."""

from __future__ import annotations


class LogsError(Exception):
    """An error answer: AWS's code, its sentence, its HTTP status."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(message)
        self.code = code
        self.message = message
        self.status = status


def invalid(message: str) -> LogsError:
    """A parameter is wrong."""
    return LogsError("InvalidParameterException", message)


def missing(what: str) -> LogsError:
    """A log group or log stream is not there; `what` names the kind."""
    return LogsError("ResourceNotFoundException", f"The specified {what} does not exist.")


def taken(what: str) -> LogsError:
    """A log group or log stream is there already; `what` names the kind."""
    return LogsError("ResourceAlreadyExistsException", f"The specified {what} already exists")
