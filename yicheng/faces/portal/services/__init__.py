"""The network: everything one can ask of the city's government, and where to go with it."""

from yicheng.faces.portal.services.pages import PANELS, pages

__all__ = ["PANELS", "pages"]
