"""Reads files that people send (CSV, XLSX, GeoJSON) into columns and records of text, whatever their encoding."""
