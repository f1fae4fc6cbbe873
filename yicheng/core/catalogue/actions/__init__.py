"""Everything that is written to the catalogue, and taking data away from it."""

from yicheng.core.catalogue.actions.taking import MEDIA, Download, Format, download

__all__ = ["MEDIA", "Download", "Format", "download"]
