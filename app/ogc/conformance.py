"""The conformance classes of the service. Each has a test of its own; what is not tested is not declared."""

from __future__ import annotations

from typing import Final

_COMMON: Final = "http://www.opengis.net/spec/ogcapi-common-{}/1.0/conf/"
_FEATURES: Final = "http://www.opengis.net/spec/ogcapi-features-{}/1.0/conf/"
_CQL2: Final = "http://www.opengis.net/spec/cql2/1.0/conf/"
_TILES: Final = "http://www.opengis.net/spec/ogcapi-tiles-1/1.0/conf/"
_TMS: Final = "http://www.opengis.net/spec/tms/2.0/conf/"

CONFORMANCE: Final[tuple[str, ...]] = (
    *(_COMMON.format(1) + name for name in ("core", "landing-page", "json", "html", "oas30")),
    *(_COMMON.format(2) + name for name in ("collections",)),
    *(_FEATURES.format(1) + name for name in ("core", "geojson", "html", "oas30")),
    *(_FEATURES.format(2) + name for name in ("crs",)),
    *(
        _FEATURES.format(3) + name
        for name in ("filter", "features-filter", "queryables", "queryables-query-parameters")
    ),
    *(
        _FEATURES.format(5) + name
        for name in (
            "schemas",
            "core-roles-features",
            "returnables-and-receivables",
            "queryables",
            "sortables",
        )
    ),
    *(
        _CQL2 + name
        for name in (
            "cql2-text",
            "cql2-json",
            "basic-cql2",
            "advanced-comparison-operators",
            "case-insensitive-comparison",
            "accent-insensitive-comparison",
            "basic-spatial-functions",
            "basic-spatial-functions-plus",
            "spatial-functions",
            "array-functions",
            "property-property",
        )
    ),
    *(
        _TILES + name
        for name in (
            "core",
            "tileset",
            "tilesets-list",
            "dataset-tilesets",
            "geodata-tilesets",
            "mvt",
            "oas30",
        )
    ),
    *(_TMS + name for name in ("tilematrixset", "json-tilematrixset")),
)
