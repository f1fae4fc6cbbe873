"""What people are told about what the city signs."""

from yicheng.core.credentials.documents.notices import DOCUMENT_NOTICES
from yicheng.core.credentials.licences.notices import LICENCE_NOTICES

NOTICES = (*LICENCE_NOTICES, *DOCUMENT_NOTICES)
