"""Keeps SIGINT with whoever listens for it: polars puts a handler of its own in front of Python's as it is imported.

A SIGINT during a call of polars, in whichever thread, would then also end the next one in every other thread with
KeyboardInterrupt, outside of any place that is made for it: the event loop, half a line of output.
https://github.com/pola-rs/polars/blob/main/crates/polars-error/src/signals.rs
"""

from __future__ import annotations

import contextlib
import importlib.abc
import importlib.machinery
import signal
import sys
from collections.abc import Iterator, Sequence
from types import ModuleType

_PACKAGE = "polars"
_ROOM = 1024  # bytes for a `struct sigaction`, which nowhere has more than 200


def keep_interrupts() -> None:
    """From now on an import of polars leaves the handler of SIGINT as it is, in any thread.

    Where polars has been imported already, a handler that Python sets takes the place of its own.
    """
    if _PACKAGE not in sys.modules and not any(isinstance(each, _Finder) for each in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


class _Finder(importlib.abc.MetaPathFinder):
    """Finds nothing by itself: has polars loaded by the loader that would load it."""

    def find_spec(
        self, name: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != _PACKAGE:
            return None
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


class _Loader(importlib.abc.Loader):
    """Another loader, with the handler of SIGINT put back when it is done."""

    def __init__(self, loader: importlib.abc.Loader) -> None:
        self._loader = loader

    def create_module(self, spec: importlib.machinery.ModuleSpec) -> ModuleType | None:
        return self._loader.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        module.__loader__ = self._loader  # nobody else need know
        if module.__spec__ is not None:
            module.__spec__.loader = self._loader
        with _kept_handler():
            self._loader.exec_module(module)


@contextlib.contextmanager
def _kept_handler() -> Iterator[None]:
    """The handler of SIGINT is the same afterwards. Python sets one in the main thread only; POSIX sigaction(3) in any."""
    import ctypes  # 5 ms, beside the 200 of polars

    sigaction = ctypes.CDLL(None).sigaction
    before = ctypes.create_string_buffer(_ROOM)
    known = sigaction(signal.SIGINT, None, before) == 0
    try:
        yield
    finally:
        if known:
            sigaction(signal.SIGINT, before, None)
