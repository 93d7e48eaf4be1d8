"""A plain ``folium.Map`` with its data inline, beside our own pages in one server: the peer of a page load.

Folium's scripts and styles come from the packages that ours come from, so that the race runs without
internet and neither side pays for a distant CDN.
"""

from __future__ import annotations

import gzip
import json
import re

import folium
from flask import Flask, Response

from app import create_app
from app.maps.assets import local_name
from app.maps.page import CENTRE, ZOOM


def application() -> Flask:
    """Our application with two more pages: ``/folium/shown`` and ``/folium/all``."""
    app, pages = create_app(), dict[str, bytes]()

    @app.get("/folium/<name>")
    def folium_page(name: str) -> Response:
        response = Response(pages[name], content_type="text/html; charset=utf-8")
        response.headers["Content-Encoding"] = "gzip"
        response.headers["Cache-Control"] = "no-cache"
        # Folium's scripts and styles stand inline, which our own policy forbids
        response.headers["Content-Security-Policy"] = "default-src 'self' 'unsafe-inline' data:"
        return response

    home = app.test_client().get("/").text
    boxes = re.findall(r'<input [^>]*data-layer="([^"]+)"[^>]*>', home)
    shown = re.findall(r'<input [^>]*data-layer="([^"]+)"[^>]* checked', home)
    for name, layers in (("shown", shown), ("all", boxes)):
        pages[name] = _page(app, layers)
    return app


def _page(app: Flask, layers: list[str]) -> bytes:
    """The page, gzipped: what our map draws of these layers, each a group in a layer control."""
    peer = folium.Map(location=CENTRE, zoom_start=ZOOM, tiles=None)
    client = app.test_client()
    for layer in layers:
        data = json.loads(client.get(f"/map/{layer}.geojson").data)
        if data["features"]:
            folium.GeoJson(data, name=layer, tooltip=folium.GeoJsonTooltip(["name"])).add_to(peer)
    folium.LayerControl().add_to(peer)
    html = re.sub(
        r'(?<=["\'])https://[^"\']+\.(?:js|css)(?=["\'])',
        lambda found: f"/assets/{local_name(found[0])}",
        peer.get_root().render(),
    )
    return gzip.compress(html.encode())
