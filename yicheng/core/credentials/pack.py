"""What credentials take from a city pack."""

from yicheng.core.credentials.licences.pack import LICENCE_SECTIONS

PACK_SECTIONS = LICENCE_SECTIONS
