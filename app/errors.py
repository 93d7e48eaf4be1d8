"""The errors that people see: one family, each a sentence with a cure.

Every error derives from :class:`AtlasError` and from the built-in it is a kind of, so callers may
catch either. The message is written for the person who can mend the cause; it never carries a stack
trace or a secret.
"""

from __future__ import annotations

from pathlib import Path

from app.language import gettext


class AtlasError(Exception):
    """Base of all errors the project raises on purpose."""


class InputFileError(AtlasError, ValueError):
    """A file that people edit or supply is wrong.

    Parameters
    ----------
    path
        The file.
    reason
        What is wrong, one sentence without a full stop.
    line
        1-based line, where known.
    cure
        What to do about it.
    """

    def __init__(self, path: Path | str, reason: str, *, line: int | None = None, cure: str = "") -> None:
        self.path = Path(path)
        self.reason = reason
        self.line = line
        self.cure = cure
        where = str(path) if line is None else f"{path}:{line}"
        super().__init__(f"{where}: {reason}." + (f" {cure}" if cure else ""))


class MissingInputError(InputFileError, LookupError):
    """A plan text or reference extract is missing or damaged; the cure names the command that restores it."""


class UnknownPlaceError(AtlasError, LookupError):
    """A georeference names a street, place or unit that the reference data does not have."""


class AmbiguousPlaceError(AtlasError, LookupError):
    """A georeference names something that the reference data has more than once."""


class GeometryError(AtlasError, ValueError):
    """The named parts exist, but no geometry follows from them (a ring that does not close)."""


class RequestError(AtlasError, ValueError):
    """A request parameter is wrong; served as 400 with the message."""


class NotFoundError(AtlasError, LookupError):
    """Nothing has this id; served as 404 with the message."""


class TooLongError(AtlasError, TimeoutError):
    """An answer takes longer than the server allows; served as 503 with the cure."""

    def __init__(self) -> None:
        super().__init__(gettext("这个查询用时过长，已中止；请缩小范围或减少条件后再试。"))


class BusyError(AtlasError, RuntimeError):
    """Too many costly answers are being made already; served as 503 with ``Retry-After``."""

    RETRY_AFTER = 5
    """Seconds."""

    def __init__(self) -> None:
        super().__init__(
            gettext("正在制作的文件和图件已满；请 %(seconds)s 秒后再试。", seconds=self.RETRY_AFTER)
        )


class ExportError(AtlasError, RuntimeError):
    """A file of features could not be written; nothing half-written is left."""
