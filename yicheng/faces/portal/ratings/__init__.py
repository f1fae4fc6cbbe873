"""Rating a service, and what all ratings came to: the portal's pages."""

from yicheng.faces.portal.ratings.pages import pages

__all__ = ["pages"]
