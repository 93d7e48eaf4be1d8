"""Run by QGIS' own Python: load style files onto empty layers and say as JSON what renderer came of it.

Arguments: style files (QML, SLD), named ``<theme>-<shape>.<ending>``.
"""

import json
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsVectorLayer

GEOMETRIES = {"area": "Polygon", "line": "LineString", "point": "Point", "any": "Polygon"}

application = QgsApplication([], False)
application.initQgis()
told = {}
for name in sys.argv[1:]:
    path = Path(name)
    geometry = GEOMETRIES[path.stem.rsplit("-", 1)[1]]
    fields = "&".join(f"field={field}:string" for field in ("name", "certainty", "level"))
    layer = QgsVectorLayer(f"{geometry}?crs=EPSG:4326&{fields}", path.stem, "memory")
    load = layer.loadSldStyle if path.suffix == ".sld" else layer.loadNamedStyle
    message, done = load(str(path))
    told[path.name] = {
        "done": done,
        "message": message,
        "labels": layer.labelsEnabled(),
        "smallest_scales": [rule.minimumScale() for rule in layer.labeling().rootRule().children()],
        "rules": [
            {
                "label": rule.label(),
                "filter": rule.filterExpression(),
                "layers": [
                    {"kind": part.layerType(), **part.properties()} for part in rule.symbol().symbolLayers()
                ],
            }
            for rule in layer.renderer().rootRule().children()
            if rule.symbol() is not None
        ],
    }
print(json.dumps(told, ensure_ascii=False, default=str))
