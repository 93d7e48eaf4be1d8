"""pygeoapi's configuration for a GeoPackage; run by the peers' Python: ``peer_pygeoapi.py FILE FOLDER``."""

import json
import os
import sys
from pathlib import Path

source, folder = Path(sys.argv[1]), Path(sys.argv[2])
base = "http://127.0.0.1"
config = {
    "server": {
        "bind": {"host": "127.0.0.1", "port": 80},
        "url": base,
        "mimetype": "application/json; charset=UTF-8",
        "encoding": "utf-8",
        "languages": ["en-US"],
        "gzip": False,
        "pretty_print": False,
        "limits": {"default_items": 10, "max_items": 10_000},
        "map": {"url": base, "attribution": "none"},
    },
    "logging": {"level": "ERROR"},
    "metadata": {
        "identification": {
            "title": "bench",
            "description": "bench",
            "keywords": ["bench"],
            "terms_of_service": "none",
            "url": base,
        },
        "license": {"name": "ODbL-1.0", "url": base},
        "provider": {"name": "bench", "url": base},
        "contact": {"name": "bench"},
    },
    "resources": {
        "features": {
            "type": "collection",
            "title": "features",
            "description": "features",
            "keywords": ["features"],
            "links": [],
            "extents": {
                "spatial": {
                    "bbox": [116.7, 38.5, 118.1, 40.3],
                    "crs": "http://www.opengis.net/def/crs/OGC/1.3/CRS84",
                }
            },
            "providers": [
                {
                    "type": "feature",
                    "name": "SQLiteGPKG",
                    "data": str(source),
                    "id_field": "id",
                    "table": "features",
                },
            ],
        }
    },
}
(folder / "pygeoapi.json").write_text(json.dumps(config), encoding="utf-8")
os.environ["PYGEOAPI_CONFIG"] = str(folder / "pygeoapi.json")
os.environ["PYGEOAPI_OPENAPI"] = str(folder / "openapi.json")

from pygeoapi.openapi import get_oas  # noqa: E402

(folder / "openapi.json").write_text(json.dumps(get_oas(config), default=str), encoding="utf-8")
