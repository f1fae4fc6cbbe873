"""What credentials take from a city pack."""

from yicheng.core.credentials.documents.pack import DOCUMENT_SECTIONS
from yicheng.core.credentials.licences.pack import LICENCE_SECTIONS
from yicheng.core.credentials.packed_seals import SEAL_SECTIONS

PACK_SECTIONS = (*SEAL_SECTIONS, *DOCUMENT_SECTIONS, *LICENCE_SECTIONS)
