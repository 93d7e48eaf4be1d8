"""Time allowed for an answer: set where a request comes in, watched where the work is done."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from app.errors import TooLongError

_deadline: ContextVar[float | None] = ContextVar("deadline", default=None)


@contextmanager
def time_budget(seconds: float) -> Iterator[None]:
    """Work in this block that watches the clock stops after ``seconds``."""
    token = _deadline.set(time.monotonic() + seconds)
    try:
        yield
    finally:
        _deadline.reset(token)


def out_of_time() -> bool:
    """Whether the time allowed is over; never outside a budget."""
    deadline = _deadline.get()
    return deadline is not None and time.monotonic() > deadline


def check_time() -> None:
    """Stop here when the time allowed is over.

    Raises
    ------
    TooLongError
        With the cure: ask for less.
    """
    if out_of_time():
        raise TooLongError
