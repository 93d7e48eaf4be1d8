"""Run by QGIS' own Python: read the services as QGIS' users do, say as JSON what came.

Argument: the address of the services.
"""

import json
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsDataSourceUri,
    QgsFeatureRequest,
    QgsProject,
    QgsRectangle,
    QgsVectorLayer,
)

BOX = QgsRectangle(117.19, 39.1, 117.21, 39.12)


def layer(base, name):
    uri = QgsDataSourceUri()
    uri.setParam("url", base)
    uri.setParam("typename", name)
    found = QgsVectorLayer(uri.uri(False), name, "OAPIF")
    assert found.isValid(), name
    return found


def ids(source, request=None):
    return sorted(f["id"] for f in source.getFeatures(request or QgsFeatureRequest()))


def main(base):
    whole = layer(base, "features")
    told = {
        "fields": {field.name(): field.typeName() for field in whole.fields()},
        "crs": whole.crs().authid(),
        "count": whole.featureCount(),
        "all": ids(whole),
        "box": ids(layer(base, "features"), QgsFeatureRequest().setFilterRect(BOX)),
        "expression": ids(layer(base, "features"), QgsFeatureRequest().setFilterExpression("kind = 'zone'")),
        "rows": {name: ids(layer(base, name)) for name in ("targets", "indicators")},
    }
    subset = layer(base, "features")
    assert subset.setSubsetString("\"kind\" = 'zone' AND \"certainty\" <> 'none'")
    told["subset"] = ids(subset)
    gauss = QgsCoordinateReferenceSystem("EPSG:4548")
    move = QgsCoordinateTransform(whole.crs(), gauss, QgsProject.instance())
    told["reprojected"] = {}
    for feature in layer(base, "heping-13-zones").getFeatures():
        shape = feature.geometry()
        shape.transform(move)
        box = shape.boundingBox()
        told["reprojected"][feature["id"]] = [box.xMinimum(), box.yMinimum(), box.xMaximum(), box.yMaximum()]
    return told


if __name__ == "__main__":
    QgsApplication.setPrefixPath("/usr", True)
    application = QgsApplication([], False)
    application.initQgis()
    print(json.dumps(main(sys.argv[1])))
    sys.stdout.flush()
    application.exitQgis()
