"""The numbered checks of a built atlas, each a small rule that the plans themselves make possible.

A check looks at features and says what does not hold; it never changes a feature, and dirty data is a
finding, never an exception. The rules stand by subject in the modules of this package, their codes,
levels and messages in :mod:`app.atlas.checks.catalogue`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from shapely.geometry.base import BaseGeometry

from app.atlas.checks.authority import check_authority
from app.atlas.checks.catalogue import CATALOGUE, Check, finding
from app.atlas.checks.names import check_homonyms, check_name, check_spellings
from app.atlas.checks.positions import check_duplicates, check_position, check_registered
from app.atlas.checks.sizes import check_sizes
from app.atlas.checks.texts import check_numbers, check_quotes
from app.atlas.model import Feature, Finding
from app.places.measure import to_metric
from app.plans.document import PlanText

__all__ = ["CATALOGUE", "Check", "check_features", "finding"]


def check_features(
    features: Iterable[Feature], *, districts: Mapping[str, BaseGeometry], texts: Mapping[str, PlanText]
) -> tuple[Finding, ...]:
    """Run every check.

    Parameters
    ----------
    features
        All features of the atlas.
    districts
        District polygons by name, WGS84.
    texts
        The plans by id.

    Returns
    -------
    tuple of Finding
        In the order of the features, then of the catalogue; findings about no one feature come last.
    """
    by_id = {feature.entry.id: feature for feature in features}
    metric = {
        feature_id: to_metric(feature.georeference.geometry)
        for feature_id, feature in by_id.items()
        if feature.georeference.geometry is not None and not feature.georeference.geometry.is_empty
    }
    grounds = {name: to_metric(area) for name, area in districts.items()}
    found: list[Finding] = []
    for feature_id, feature in by_id.items():
        found += check_registered(feature)
        found += check_sizes(feature)
        found += check_authority(feature)
        if feature_id in metric:
            found += check_position(feature, by_id, metric, grounds)
        found += check_name(feature)
        found += check_quotes(feature, texts[feature.entry.plan].clean)
    found += check_duplicates(by_id, metric)
    found += check_homonyms(by_id)
    found += check_spellings(by_id, metric)
    found += check_numbers(by_id.values(), texts)
    places = {feature_id: place for place, feature_id in enumerate(by_id)}
    order = {code: place for place, code in enumerate(CATALOGUE)}
    last = len(places)
    return tuple(
        sorted(
            found, key=lambda f: (places.get(f.feature or "", last), order[f.code], f.plan or "", f.message)
        )
    )
