"""Run by the clients' own Python: read ISO 19139 with OWSLib, linked data with RDFLib, print both as JSON.

Arguments: an XML file and a JSON-LD file.
"""

import json
import sys

from owslib.etree import etree
from owslib.iso import MD_Metadata
from rdflib import Graph
from rdflib.namespace import DCAT, DCTERMS, RDF

record = MD_Metadata(etree.parse(sys.argv[1]).getroot())
about = record.identification[0]
box = about.extent.boundingBox
graph = Graph().parse(sys.argv[2], format="json-ld")
datasets = sorted(graph.subjects(RDF.type, DCAT.Dataset))
print(
    json.dumps(
        {
            "identifier": record.identifier,
            "parent": record.parentidentifier,
            "date": record.datestamp,
            "crs": record.referencesystem.code,
            "contact": record.contact[0].organization,
            "title": about.title,
            "alternate": about.alternatetitle,
            "edition": about.edition,
            "abstract": about.abstract,
            "box": [float(value) for value in (box.minx, box.miny, box.maxx, box.maxy)],
            "period": [about.temporalextent_start, about.temporalextent_end],
            "topics": about.topiccategory,
            "limits": about.uselimitation,
            "constraints": about.otherconstraints,
            "lineage": record.dataquality.lineage,
            "links": [link.url for link in record.distribution.online],
            "datasets": [str(dataset) for dataset in datasets],
            "licences": sorted({str(licence) for licence in graph.objects(datasets[0], DCTERMS.license)}),
            "titles": sorted(str(title) for title in graph.objects(datasets[0], DCTERMS.title)),
            "distributions": len(list(graph.objects(datasets[0], DCAT.distribution))),
        },
        ensure_ascii=False,
    )
)
