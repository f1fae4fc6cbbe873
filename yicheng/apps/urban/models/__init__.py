"""The tables of urban management; what a case is in general stays in ``core.cases``."""

from yicheng.apps.urban.models.case import Rating, Supporter, UrbanCase

__all__ = ["Rating", "Supporter", "UrbanCase"]
