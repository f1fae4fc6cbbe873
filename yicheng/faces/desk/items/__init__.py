"""Describing services without code: items, their drafts, and the forms they ask with."""

from yicheng.faces.desk.items.pages import PAGES

__all__ = ["PAGES"]
