"""Open311 GeoReport v2 (http://wiki.open311.org/GeoReport_v2): other programs report and follow urban cases.

The standard's field names stay in here. Contact data goes in and never comes out.
"""
