"""Residents, organisations, staff, roles, scopes, sign-in; the viewer that every query takes."""
