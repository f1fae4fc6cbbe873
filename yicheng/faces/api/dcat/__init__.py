"""The catalogue of open data in DCAT 3, for harvesters."""
