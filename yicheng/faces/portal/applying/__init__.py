"""Applying on the portal: begin, fill in, hand in, follow, sign; who one is and whom one acts for."""

from yicheng.faces.portal.applying.pages import codes, pages

__all__ = ["codes", "pages"]
