"""Pages of the site, for tests that go through all of them."""

PAGES = (
    "/", "/embed", "/about", "/compare?from=heping-13&to=heping-14", "/coverage",
    "/features", "/findings?plan=hedong-14", "/here?at=117.195,39.113", "/here",
    "/indicators", "/layers", "/layers/heping-13-zones", "/lineage",
    "/features/heping-13-wudadao", "/overlaps?first=heping-13-zones&second=heping-14-zones",
    "/passages", "/plans", "/plans/heping-14", "/plans/heping-14/outline",
    "/plans/heping-14/raw", "/print", "/register?plan=hedong-14", "/search?q=五大道",
    "/search", "/styles", "/targets?plan=hedong-14", "/targets/results",
    "/targets/reported", "/ogc", "/ogc/api", "/ogc/collections", "/ogc/conformance",
    "/ogc/tileMatrixSets", "/ogc/tiles", "/ogc/collections/heping-13-zones",
    "/ogc/collections/heping-13-zones/queryables", "/ogc/collections/heping-13-zones/items",
    "/ogc/collections/heping-13-zones/items/heping-13-wudadao",
)  # fmt: skip
"""Every page that has an address of its own, at least once."""

EMPTY = (
    "/nowhere", "/features?limit=none", "/features?q=没有这样的名字", "/search?q=没有这样的名字",
    "/here?at=117.95,38.45", "/targets?q=没有这样的名字",
    "/overlaps?first=heping-13-parks&second=binhai-14-ports",
)  # fmt: skip
"""Pages that have nothing to show, or say that something went wrong."""
