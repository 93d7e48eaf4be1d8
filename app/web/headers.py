"""Security headers on every response, and the nonce that lets Folium's own script run."""

from __future__ import annotations

import secrets

from flask import Flask, Response, current_app, g

from app.maps.basemaps import Basemap, basemaps, image_hosts


def nonce() -> str:
    """The nonce of the current response's inline script."""
    if "nonce" not in g:
        g.nonce = secrets.token_urlsafe(18)
    value: str = g.nonce
    return value


def basemap_choices() -> tuple[Basemap, ...]:
    """The basemaps that the settings allow."""
    config = current_app.config
    return basemaps(
        tianditu_key=str(config.get("TIANDITU_KEY") or ""),
        tianditu_approval=str(config.get("TIANDITU_APPROVAL") or ""),
        amap_approval=str(config.get("AMAP_APPROVAL") or ""),
    )


def allow_basemap_images() -> None:
    """Let the current response, a page with a basemap switch, load tiles."""
    g.image_hosts = image_hosts(basemap_choices())


def allow_embedding() -> None:
    """Let any site show the current response, the map without its surroundings, in a frame."""
    g.embeddable = True


def _policy() -> str:
    framing = "*" if g.get("embeddable") else "'self'"
    images = " ".join(("'self'", "data:", *g.get("image_hosts", ())))
    script = f"'self' 'nonce-{g.nonce}'" if "nonce" in g else "'self'"
    return (
        f"default-src 'self'; script-src {script}; style-src 'self'; img-src {images}; connect-src 'self'; "
        f"object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors {framing}"
    )


def _secure(response: Response) -> Response:
    response.headers.setdefault("Content-Security-Policy", _policy())
    response.headers.setdefault("X-Content-Type-Options", "nosniff")
    # OSM's tile service refuses requests without a referrer, so the origin is sent, the path never
    response.headers.setdefault("Referrer-Policy", "strict-origin-when-cross-origin")
    # the visitor's own position is asked for by a button of ours alone; nothing else of a device is
    response.headers.setdefault(
        "Permissions-Policy",
        "geolocation=(self), camera=(), microphone=(), payment=(), usb=(), display-capture=()",
    )
    response.headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
    return response


def register(app: Flask) -> None:
    """Set the headers on every response of ``app``."""
    app.after_request(_secure)
    app.jinja_env.globals["csp_nonce"] = nonce
