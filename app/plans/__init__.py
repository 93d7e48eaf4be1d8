"""The plan room: text in, outline, passages, quantities and targets out. It knows no map."""
