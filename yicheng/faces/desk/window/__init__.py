"""One window (一窗): any matter is taken at any desk, checked, handed in; results are handed over."""

from yicheng.faces.desk.window.pages import PAGES, PANELS

__all__ = ["PAGES", "PANELS"]
