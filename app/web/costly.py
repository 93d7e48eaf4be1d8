"""Few costly answers at once: files, map sheets and packages are made by two at a time, and one more waits.

A worker has few threads. Were all of them to draw, or to wait for those that do, nobody would see a map;
so who comes when the places are taken is told at once, with ``Retry-After``, to come back. This bounds how
many are at work, not what one of them costs: that is bounded where its request is read.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from typing import Final

from app.errors import BusyError

PLACES: Final = 2
WAITING: Final = 1
PATIENCE: Final = 5
"""Seconds to wait for a place; well below the time of a query, which the work still needs."""

_working: Final = BoundedSemaphore(PLACES)
_inside: Final = BoundedSemaphore(PLACES + WAITING)


@contextmanager
def costly() -> Iterator[None]:
    """Do the work of this block in one of the places of this worker.

    Raises
    ------
    BusyError
        All places are taken, and somebody waits already or none came free in time.
    """
    if not _inside.acquire(blocking=False):
        raise BusyError
    try:
        if not _working.acquire(timeout=PATIENCE):
            raise BusyError
        try:
            yield
        finally:
            _working.release()
    finally:
        _inside.release()
