"""Scripts and style sheets of Folium, served from installed packages instead of from CDNs.

``django-js-lib-leaflet`` carries Leaflet 1.9.4 (no Django is needed to read its files); everything
else that Folium's classes ask for by CDN address is in ``folium-offline``, which is used as an
asset store only: its copies of Folium's classes are never imported into a map.
"""

from __future__ import annotations

import hashlib
import importlib.util
import mimetypes
import posixpath
import re
from dataclasses import dataclass
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Final

from app.errors import AtlasError, NotFoundError
from app.language import gettext

LEAFLET_DISTRIBUTION: Final = "django-js-lib-leaflet"
_LEAFLET_ADDRESS: Final = re.compile(r"^https?://\S+/leaflet@1\.9\.\d+/dist/(?P<file>leaflet\.(?:js|css))$")


class AssetError(AtlasError, LookupError):
    """A script or style sheet is wanted that no installed package carries."""


@dataclass(frozen=True, slots=True)
class Asset:
    """One file to serve: its name below the asset URL, its bytes and its media type.

    ``name`` carries the package version or the hash of the content, so it never changes meaning
    and may be cached for ever.
    """

    name: str
    body: bytes
    media_type: str


def _media_type(name: str) -> str:
    guess = mimetypes.guess_type(name)[0] or "application/octet-stream"
    if guess in ("application/javascript", "text/javascript"):
        return "text/javascript; charset=utf-8"
    return f"{guess}; charset=utf-8" if guess.startswith("text/") else guess


def _leaflet_root() -> Path:
    # found, not imported: the package's modules want Django, its files do not
    spec = importlib.util.find_spec("js_lib_leaflet")
    if spec is None or not spec.submodule_search_locations:
        raise AssetError(f"Leaflet is not installed; run: pip install {LEAFLET_DISTRIBUTION}")
    return Path(spec.submodule_search_locations[0]) / "static" / "js_lib_leaflet"


def _leaflet_prefix() -> str:
    return f"leaflet/{version(LEAFLET_DISTRIBUTION)}"


@cache
def _store() -> dict[str, str]:
    """CDN address → text of the file, for every address in Folium's lists."""
    # late: 3.5 MB of text that only plugins beyond Leaflet need
    from offlinefolium import elements  # noqa: PLC0415

    return dict(elements._res)


def _stored_name(address: str, text: str) -> str:
    digest = hashlib.sha256(text.encode()).hexdigest()[:12]
    base = posixpath.basename(address)
    if "." not in base or not base.endswith(
        (".js", ".css")
    ):  # an address such as …/@joergdietrich/leaflet.terminator names no file type
        base += ".js"
    return f"folium/{digest}/{base}"


@cache
def _stored_assets() -> dict[str, str]:
    """Asset name → CDN address."""
    return {_stored_name(address, text): address for address, text in _store().items()}


def local_name(address: str) -> str:
    """Name under our asset URL of the file that Folium knows by a CDN address.

    Parameters
    ----------
    address
        As in a Folium class's ``default_js`` or ``default_css``, or in a branca ``Link``.

    Raises
    ------
    AssetError
        No installed package carries it. The map must not fall back to the CDN.
    """
    leaflet = _LEAFLET_ADDRESS.match(address)
    if leaflet:
        return f"{_leaflet_prefix()}/{leaflet['file']}"
    text = _store().get(address)
    if text is None:
        raise AssetError(
            f"No installed package carries {address}. Use a Folium plugin whose files folium-offline has, "
            "or serve the file from app/static."
        )
    return _stored_name(address, text)


def read_asset(name: str) -> Asset:
    """The asset of that name.

    Raises
    ------
    NotFoundError
        There is no such asset, or the name leaves its folder.
    """
    prefix = _leaflet_prefix() + "/"
    if name.startswith(prefix):
        root = _leaflet_root().resolve()
        path = (root / name.removeprefix(prefix)).resolve()
        if path.is_relative_to(root) and path.is_file():
            return Asset(name, path.read_bytes(), _media_type(path.name))
    elif name.startswith("folium/"):
        address = _stored_assets().get(name)
        if address is not None:
            return Asset(name, _store()[address].encode(), _media_type(name))
    raise NotFoundError(
        gettext(
            "没有名为 %(name)s 的页面资源。",
            name=name,
        )
    )
