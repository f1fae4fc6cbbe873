"""一网: the public front door."""
