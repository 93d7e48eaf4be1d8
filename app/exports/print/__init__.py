"""Maps and reports on paper: PDF and PNG made on the server, without a browser.

``frame`` computes what ground fits on what paper at which scale, ``drawing`` draws it, ``sheet`` puts
title, legend, scale bar, north arrow and sources around it, ``report`` sets text documents around a map.
Everything is drawn in CGCS2000 / 3-degree Gauss-Kruger CM 117E (EPSG:4548), so that a millimetre on the
sheet is the same ground everywhere on it. Matplotlib and ReportLab are imported when first something is
printed: a worker that prints nothing does not carry them.
"""
