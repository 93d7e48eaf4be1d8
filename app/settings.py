"""Every setting in one table: name, environment variable, type, default, help.

The server, the command line (``flask --app app settings``) and the README read this table; nothing
else in the project reads the environment.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.errors import AtlasError

ROOT = Path(__file__).resolve().parent.parent


class SettingError(AtlasError, ValueError):
    """An environment variable holds a value its setting cannot take."""


@dataclass(frozen=True, slots=True)
class Setting:
    """A row of the table; ``name`` is the key in ``app.config``."""

    name: str
    env: str
    parse: Callable[[str], Any]
    default: Any
    help: str
    secret: bool = False


def _positive(text: str) -> int:
    number = int(text)
    if number <= 0:
        raise ValueError(text)
    return number


def identifier(text: str) -> str:
    """A name that a database takes unquoted; ValueError for another."""
    if not re.fullmatch(r"[a-z_][a-z0-9_]{0,40}", text):
        raise ValueError(text)
    return text


def _approval(text: str) -> str:
    """A map approval number as maps print it; ValueError for another.

    By 《地图审核管理规定》 it is made of the office's code, the year in brackets and a number.
    """
    number = text.strip().removeprefix("审图号").lstrip("：: ")
    if not re.fullmatch(r"[A-Z\u4e00-\u9fff]{1,8}[（(]\d{4}[)）]\d{1,6}号?", number):
        raise ValueError(text)
    return number


def _folder(text: str) -> Path:
    return Path(text).expanduser().resolve()


SETTINGS: tuple[Setting, ...] = (
    Setting("LAYERS_DIR", "ATLAS_LAYERS_DIR", _folder, ROOT / "layers", "Layer files, one folder per plan."),
    Setting("TEXTS_DIR", "ATLAS_TEXTS_DIR", _folder, ROOT / "geodata" / "plans", "The plan texts."),
    Setting(
        "REFERENCE_DIR", "ATLAS_REFERENCE_DIR", _folder, ROOT / "geodata" / "reference", "Reference extracts."
    ),
    Setting(
        "DIGITISED_DIR", "ATLAS_DIGITISED_DIR", _folder, ROOT / "geodata" / "digitised", "Shapes by hand."
    ),
    Setting(
        "AUTHORITY_DIR",
        "ATLAS_AUTHORITY_DIR",
        _folder,
        ROOT / "geodata" / "authority",
        "Geometry of authorities.",
    ),
    Setting(
        "IMPORT_MB", "ATLAS_IMPORT_MB", _positive, 100, "Largest geodata file, or archive unpacked, in MB."
    ),
    Setting("IMPORT_FEATURES", "ATLAS_IMPORT_FEATURES", _positive, 100_000, "Most features of such a file."),
    Setting("IMPORT_VERTICES", "ATLAS_IMPORT_VERTICES", _positive, 50_000, "Most vertices of one geometry."),
    Setting(
        "ATLAS_FILE", "ATLAS_FILE", _folder, ROOT / "geodata" / "build" / "atlas.gpkg", "The built atlas."
    ),
    Setting(
        "MEMORY_FEATURES",
        "ATLAS_MEMORY_FEATURES",
        _positive,
        50_000,
        "Larger atlases are read from their file.",
    ),
    Setting(
        "DATABASE",
        "ATLAS_DATABASE",
        str,
        "",
        "postgresql://… that an atlas was published to; served instead of the file.",
        secret=True,
    ),
    Setting(
        "DATABASE_SCHEMA", "ATLAS_DATABASE_SCHEMA", identifier, "plan_atlas", "Schema of the published atlas."
    ),
    Setting(
        "PAGE_LIMIT", "ATLAS_PAGE_LIMIT", _positive, 100, "Features per answer when `limit` is not given."
    ),
    Setting("PAGE_LIMIT_MAX", "ATLAS_PAGE_LIMIT_MAX", _positive, 10_000, "The largest `limit` allowed."),
    Setting(
        "EXPORT_LIMIT",
        "ATLAS_EXPORT_LIMIT",
        _positive,
        20_000,
        "Most features of one download from the server.",
    ),
    Setting(
        "TILED_FEATURES",
        "ATLAS_TILED_FEATURES",
        _positive,
        2000,
        "The map draws larger layers from vector tiles.",
    ),
    Setting(
        "QUERY_LENGTH_MAX", "ATLAS_QUERY_LENGTH_MAX", _positive, 100, "Longest search text, in characters."
    ),
    Setting(
        "URL_LENGTH_MAX", "ATLAS_URL_LENGTH_MAX", _positive, 8000, "Longest path and query, in characters."
    ),
    Setting(
        "MAX_CONTENT_LENGTH", "ATLAS_BODY_BYTES_MAX", _positive, 65_536, "Largest request body, in bytes."
    ),
    Setting("QUERY_SECONDS_MAX", "ATLAS_QUERY_SECONDS_MAX", _positive, 10, "Longest a query may work."),
    Setting("PROXIES", "ATLAS_PROXIES", _positive, 0, "Reverse proxies in front whose X-Forwarded-* count."),
    Setting("WORKERS", "ATLAS_WORKERS", _positive, 2, "Processes of `make serve`."),
    Setting("THREADS", "ATLAS_THREADS", _positive, 4, "Threads in each of them."),
    Setting("REQUEST_SECONDS_MAX", "ATLAS_REQUEST_SECONDS_MAX", _positive, 30, "Longest an answer may take."),
    Setting("CONTACT", "ATLAS_CONTACT", str, "", "Mail or web address of who answers for the data."),
    Setting(
        "TIANDITU_KEY",
        "TIANDITU_KEY",
        str,
        "",
        "天地图 key; without it that basemap is not offered.",
        secret=True,
    ),
    Setting(
        "TIANDITU_APPROVAL",
        "ATLAS_TIANDITU_APPROVAL",
        _approval,
        "",
        "审图号 that 天地图 shows on its maps today.",
    ),
    Setting(
        "AMAP_APPROVAL", "ATLAS_AMAP_APPROVAL", _approval, "", "审图号 that 高德 shows on its maps today."
    ),
)


def load_settings(environ: Mapping[str, str] = os.environ) -> dict[str, Any]:
    """Values of all settings: the environment's where given, else the defaults.

    Raises
    ------
    SettingError
        When a variable cannot be read as its setting's type.
    """
    values: dict[str, Any] = {}
    for setting in SETTINGS:
        text = environ.get(setting.env)
        try:
            values[setting.name] = setting.default if not text else setting.parse(text)
        except ValueError:
            raise SettingError(f"{setting.env} cannot be {text!r}: {setting.help}") from None
    return values
