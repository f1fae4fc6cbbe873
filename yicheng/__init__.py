"""Yicheng 一城: the open platform on which a city runs."""
