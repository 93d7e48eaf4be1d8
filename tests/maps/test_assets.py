"""Every script and style sheet that Folium can ask for is on this machine, or is refused."""

from __future__ import annotations

import inspect
import pkgutil

import folium
import folium.plugins
import pytest
from branca.element import JavascriptLink

from app.errors import NotFoundError
from app.maps.assets import AssetError, local_name, read_asset
from app.maps.page import OfflineFigure


def folium_addresses() -> set[str]:
    """Every CDN address in the default lists of Folium's classes."""
    found: set[str] = set()
    modules = [folium.folium, folium.features, folium.map, folium.raster_layers]
    modules += [
        __import__(f"folium.plugins.{module.name}", fromlist=["x"])
        for module in pkgutil.iter_modules(folium.plugins.__path__)
    ]
    for module in modules:
        for _, cls in inspect.getmembers(module, inspect.isclass):
            for _, address in (*getattr(cls, "default_js", ()), *getattr(cls, "default_css", ())):
                found.add(address)
    return found


def test_every_address_of_folium_has_a_local_file():
    addresses = folium_addresses()
    assert len(addresses) > 60
    for address in sorted(addresses):
        asset = read_asset(local_name(address))
        assert asset.body, address
        kind = "text/css" if address.endswith(".css") else "text/javascript"
        assert asset.media_type.startswith(kind), address


def test_leaflet_is_the_newer_one_in_front_of_foliums():
    body = read_asset(local_name("https://cdn.jsdelivr.net/npm/leaflet@1.9.3/dist/leaflet.js")).body
    assert b"Leaflet 1.9.4" in body[:200]


def test_an_unknown_address_is_refused_instead_of_asked_for():
    with pytest.raises(AssetError, match="No installed package carries"):
        local_name("https://evil.example/x.js")


def test_a_figure_rewrites_links_that_come_in_directly():
    """branca's colour scales add a d3 link while rendering, past Folium's lists."""
    figure = OfflineFigure("/assets/")
    figure.header.add_child(
        JavascriptLink("https://cdnjs.cloudflare.com/ajax/libs/d3/3.5.5/d3.min.js"), name="d3"
    )
    head = figure.parts().head
    assert "cloudflare" not in head
    assert 'src="/assets/folium/' in head


@pytest.mark.parametrize(
    "name",
    [
        "leaflet/1.9.4.1/../__init__.py",
        "leaflet/1.9.4.1/../../../../../../../etc/passwd",
        "leaflet/1.9.4.1/",
        "folium/000000000000/leaflet.js",
        "",
        "x",
    ],
)
def test_a_name_outside_the_assets_is_not_found(name: str):
    with pytest.raises(NotFoundError):
        read_asset(name)
