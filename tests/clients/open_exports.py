"""Run by QGIS' own Python: open exported files and say as JSON what QGIS finds in them.

Arguments: a GeoPackage, then any other files.
"""

import json
import sys
from pathlib import Path

from qgis.core import QgsApplication, QgsDataProvider, QgsVectorLayer

application = QgsApplication([], False)
application.initQgis()


def told(layer: QgsVectorLayer) -> dict:
    features = list(layer.getFeatures())
    return {
        "valid": layer.isValid(),
        "count": len(features),
        "crs": layer.crs().authid() or layer.crs().description(),
        "ids": sorted(feature["id"] for feature in features if "id" in feature.fields().names()),
        "renderer": layer.renderer().type() if layer.renderer() else None,
        "geometry": layer.geometryType(),
        "bounds": [
            layer.extent().xMinimum(),
            layer.extent().yMinimum(),
            layer.extent().xMaximum(),
            layer.extent().yMaximum(),
        ],
    }


package, *others = sys.argv[1:]
found = {"package": {}, "others": {}}
tree = QgsVectorLayer(package, "tree", "ogr")
for entry in tree.dataProvider().subLayers():
    _, table, _, geometry, *_ = entry.split(QgsDataProvider.sublayerSeparator())
    part = "" if geometry == "None" else f"|geometrytype={geometry}"
    layer = QgsVectorLayer(f"{package}|layername={table}{part}", table, "ogr")
    found["package"].setdefault(table, {})[geometry] = told(layer)
for name in others:
    layer = QgsVectorLayer(name, Path(name.split("?")[0]).stem, "delimitedtext" if "?" in name else "ogr")
    found["others"][name] = told(layer)
print(json.dumps(found, ensure_ascii=False))
