"""Urban management's tables, one file per subject; Django looks for them here."""
