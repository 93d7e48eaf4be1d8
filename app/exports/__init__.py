"""Features out of the house as files: formats, flat tables, styles, metadata, packages.

This room turns a selection of stored features into files that GIS programs, spreadsheets and notebooks
open without repair. It knows neither Flask nor the command line; both call it. It changes no fact: what a
format cannot hold is cut where a reader can see it, and said beside the data.
"""
