"""Run by QGIS' own Python: open a project, say as JSON what is in it, draw a part of it.

Arguments: the project, a PNG to write, then west, south, east, north in degrees or nothing for the extent
that the project opens with.
"""

import json
import os
import sys

from qgis.core import (
    QgsApplication,
    QgsCoordinateReferenceSystem,
    QgsCoordinateTransform,
    QgsExpressionContextUtils,
    QgsMapRendererParallelJob,
    QgsMapSettings,
    QgsProject,
    QgsRectangle,
)
from qgis.PyQt.QtCore import QSize


def tree(group):
    return {
        child.name(): tree(child) if hasattr(child, "children") else child.layerId()
        for child in group.children()
    }


def told(layer):
    metadata = layer.metadata()
    rules = layer.renderer().rootRule().children()
    names = layer.labeling().rootRule().children()
    return {
        "name": layer.name(),
        "valid": layer.isValid(),
        "count": layer.featureCount(),
        "ids": sorted(feature["id"] for feature in layer.getFeatures()),
        "geometry": layer.geometryType(),
        "crs": layer.crs().authid(),
        "provider": layer.providerType(),
        "source": layer.source(),
        "certainties": [rule.label() for rule in rules],
        "labels": layer.labelsEnabled(),
        "named_by": sorted({rule.settings().fieldName for rule in names}),
        "smallest_scales": [rule.minimumScale() for rule in names],
        "title": metadata.title(),
        "licences": metadata.licenses(),
        "rights": metadata.rights(),
        "history": metadata.history(),
        "extents": [
            [box.bounds.xMinimum(), box.bounds.yMinimum(), box.bounds.xMaximum(), box.bounds.yMaximum()]
            for box in metadata.extent().spatialExtents()
        ],
    }


def draw(project, target, corners, labels):
    settings = QgsMapSettings()
    settings.setDestinationCrs(project.crs())
    settings.setTransformContext(project.transformContext())
    settings.setEllipsoid(project.ellipsoid())
    settings.setBackgroundColor(project.backgroundColor())
    settings.setOutputSize(QSize(1400, 1000))
    settings.setFlag(QgsMapSettings.DrawLabeling, labels)
    extent = QgsRectangle(project.viewSettings().defaultViewExtent())
    if corners:
        degrees = QgsCoordinateReferenceSystem("EPSG:4326")
        extent = QgsCoordinateTransform(degrees, project.crs(), project).transformBoundingBox(
            QgsRectangle(*corners)
        )
    settings.setExtent(extent)
    root = project.layerTreeRoot()
    settings.setLayers([layer for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()])
    context = project.createExpressionContext()
    context.appendScope(QgsExpressionContextUtils.mapSettingsScope(settings))
    settings.setExpressionContext(context)
    job = QgsMapRendererParallelJob(settings)
    job.start()
    job.waitForFinished()
    job.renderedImage().save(target)
    return {"scale": settings.scale(), "errors": [error.message for error in job.errors()]}


application = QgsApplication([], False)
application.initQgis()
project = QgsProject.instance()
opened = project.read(sys.argv[1])
corners = [float(value) for value in sys.argv[3:]]
view = project.viewSettings().defaultViewExtent()
root = project.layerTreeRoot()
print(
    json.dumps(
        {
            "opened": opened,
            "error": project.error(),
            "title": project.title(),
            "crs": project.crs().authid(),
            "ellipsoid": project.ellipsoid(),
            "abstract": project.metadata().abstract(),
            "view": [view.xMinimum(), view.yMinimum(), view.xMaximum(), view.yMaximum()],
            "view_crs": view.crs().authid(),
            "groups": tree(root),
            "shown": [layer.id() for layer in root.layerOrder() if root.findLayer(layer.id()).isVisible()],
            "order": [layer.id() for layer in root.layerOrder()],
            "layers": {key: told(layer) for key, layer in project.mapLayers().items()},
            "drawn": draw(project, sys.argv[2], corners, True),
            "unnamed": draw(project, sys.argv[2].replace(".png", "-unnamed.png"), corners, False),
        },
        ensure_ascii=False,
    )
)
# All is told. QGIS 3.22 now and then crashes while it takes the threads of its network providers down, which
# says nothing of the project: leave without that.
sys.stdout.flush()
os._exit(0)
