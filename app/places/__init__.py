"""The place room: names and descriptions in, geometry with evidence out. It knows no text layout."""
