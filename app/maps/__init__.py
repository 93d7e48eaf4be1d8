"""The map room: the Folium page, its offline assets, its basemaps and its styles.

It turns descriptions (plans, themes, layers, styles) into markup and script. It refuses to hold
layer data, which the page fetches by URL, to ask any host but our own for a script, a style sheet
or a font, and to know Flask: the web room hands in the URLs.
"""
