"""A policy from a file that the reader named."""

from __future__ import annotations

from pathlib import Path

LARGEST = 1 << 20  # bytes; AWS takes 20,480 characters


class PolicyFileError(Exception):
    """It cannot be had: one sentence."""


def read_policy_text(path: str) -> str:
    """The text of a file; `~` is the reader's home.

    Raises:
        PolicyFileError: there is no such file, or it is none, too large, or no text.
    """
    try:
        place = Path(path.strip()).expanduser()
        if place.exists() and not place.is_file():  # a directory, or a pipe that nobody writes to
            raise PolicyFileError(f"{path} is no file.")
        with place.open("rb") as file:
            text = file.read(LARGEST + 1)
        if len(text) > LARGEST:
            raise PolicyFileError(f"{path} is too large for a policy.")
        return text.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise PolicyFileError(f"{path} is no text in UTF-8.") from None
    except (OSError, ValueError, RuntimeError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else "there is no such file"
        raise PolicyFileError(f"{path} cannot be read: {why}.") from None
