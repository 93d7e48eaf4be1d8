"""The atlas room: plans and places meet here and become one immutable file.

It reads the layer files, has the features located (:mod:`app.places`) and found in the texts
(:mod:`app.plans`), checks what comes of it and writes ``geodata/build/atlas.gpkg``; it reads that
file back for whoever serves it. It draws nothing and answers no request.
"""
