"""What the demonstration shows of what the city signs."""

from yicheng.core.credentials.documents_demo import DOCUMENT_DEMONSTRATION

DEMONSTRATIONS = (DOCUMENT_DEMONSTRATION,)
