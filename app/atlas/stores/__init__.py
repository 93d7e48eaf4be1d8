"""Where features are held: in memory, in a large GeoPackage, in PostGIS.

Each module has one :class:`app.atlas.features.FeatureTable`; all give the same answers in the same
order. What they do not do: build, check or change an atlas.
"""
