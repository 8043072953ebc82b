"""The parameters of a call, judged as they are taken out."""

from __future__ import annotations

from typing import Any

from tui.demo.logs.refusal import LogsError, invalid


class Arguments:
    """The JSON object of a request. Each reading raises LogsError if the parameter is not what AWS takes."""

    def __init__(self, values: dict[str, Any]) -> None:
        self._values = values

    def text(self, name: str) -> str | None:
        """A string, or None if it was not given."""
        return self._typed(name, str)  # type: ignore[no-any-return]  # _typed has looked

    def needed(self, name: str) -> str:
        """A string that must be given and not be empty."""
        value = self.text(name)
        if not value:
            raise invalid(f"1 validation error detected: Value at '{name}' failed to satisfy: Member must not be null")
        return value

    def whole(self, name: str, least: int = 0, most: int = 1 << 62) -> int | None:
        """An integer within limits, or None if it was not given."""
        value = self._typed(name, int)
        if value is None or least <= value <= most:
            return value  # type: ignore[no-any-return]  # _typed has looked
        raise invalid(f"Value '{value}' at '{name}' must be between {least} and {most}")

    def flag(self, name: str, *, default: bool) -> bool:
        """A boolean."""
        value = self._typed(name, bool)
        return default if value is None else bool(value)

    def texts(self, name: str, most: int = 100) -> list[str] | None:
        """A list of 1 to `most` strings, or None if it was not given."""
        value = self._typed(name, list)
        if value is None:
            return None
        if not all(isinstance(item, str) for item in value):
            raise LogsError("SerializationException", f"'{name}' must be a list of strings")
        if not 1 <= len(value) <= most:
            raise invalid(f"Value at '{name}' must have between 1 and {most} members")
        return list(value)

    def items(self, name: str, most: int = 10_000) -> list[Arguments]:
        """A list of 1 to `most` objects, which must be given."""
        value = self._typed(name, list)
        if not value or len(value) > most or not all(isinstance(item, dict) for item in value):
            raise invalid(f"Value at '{name}' must be a list of 1 to {most} objects")
        return [Arguments(item) for item in value]

    def tags(self, name: str) -> dict[str, str]:
        """Tags by key; none if not given."""
        return {str(key): str(value) for key, value in (self._typed(name, dict) or {}).items()}

    def _typed(self, name: str, kind: type) -> Any:
        value = self._values.get(name)
        if value is None or (isinstance(value, kind) and isinstance(value, bool) == (kind is bool)):
            return value
        raise LogsError("SerializationException", f"'{name}' cannot be converted to {kind.__name__}")
