"""Run where OWSLib is: read the services through its client, say as JSON what came.

Argument: the address of the services.
"""

import json
import sys

from owslib.ogcapi.features import Features


def main(base):
    service = Features(base)
    pages, offset = [], 0
    while True:
        page = service.collection_items("features", limit=400, offset=offset)
        pages += [feature["id"] for feature in page["features"]]
        if not any(link["rel"] == "next" for link in page["links"]):
            break
        offset += page["numberReturned"]
    box = service.collection_items("features", bbox=[117.19, 39.1, 117.21, 39.12], limit=10_000)
    text = service.collection_items("features", filter="kind = 'zone' AND certainty <> 'none'", limit=10_000)
    past = service.collection_items("features", datetime_="2018-01-01/2018-12-31", limit=1)
    gauss = service.collection_items(
        "heping-13-zones", crs="http://www.opengis.net/def/crs/EPSG/0/4548", limit=1, sortby=["id"]
    )
    return {
        "api": service.api()["openapi"],
        "conformance": service.conformance()["conformsTo"],
        "collections": service.feature_collections(),
        "collection": service.collection("heping-13-zones"),
        "queryables": sorted(service.collection_queryables("heping-13-zones")["properties"]),
        "schema": sorted(service.collection_schema("heping-13-zones")["properties"]),
        "all": pages,
        "matched": page["numberMatched"],
        "box": [feature["id"] for feature in box["features"]],
        "text": [feature["id"] for feature in text["features"]],
        "past": past["numberMatched"],
        "gauss": gauss["features"][0],
        "item": service.collection_item("features", "heping-13-wudadao"),
    }


if __name__ == "__main__":
    print(json.dumps(main(sys.argv[1])))
