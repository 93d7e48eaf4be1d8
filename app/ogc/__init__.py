"""The OGC API of the atlas: collections, filters, tiles and their descriptions, free of any web framework.

What comes in are parameters as text, what goes out are values and bytes; :mod:`app.web.ogc` is the thin
adapter. The room reads the atlas and never writes it, and offers no transactions.
"""
