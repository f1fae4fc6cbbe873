"""Tables of what the city signs: keys, seals and their use, official documents, licences and their showings."""

from yicheng.core.credentials.models.documents import (
    Document,
    DocumentOpinion,
    DocumentPaper,
    DocumentRecipient,
    DocumentVersion,
    Letterhead,
)
from yicheng.core.credentials.models.keys import Key
from yicheng.core.credentials.models.licences import (
    Licence,
    LicenceChange,
    LicenceField,
    LicencePaper,
    LicenceType,
    LicenceVersion,
    TypeVersion,
)
from yicheng.core.credentials.models.seals import Seal, SealRequest, SealRule, SealUse
from yicheng.core.credentials.models.showings import HolderKey, OneTimeCode, Showing

__all__ = [
    "Document",
    "DocumentOpinion",
    "DocumentPaper",
    "DocumentRecipient",
    "DocumentVersion",
    "HolderKey",
    "Key",
    "Letterhead",
    "Licence",
    "LicenceChange",
    "LicenceField",
    "LicencePaper",
    "LicenceType",
    "LicenceVersion",
    "OneTimeCode",
    "Seal",
    "SealRequest",
    "SealRule",
    "SealUse",
    "Showing",
    "TypeVersion",
]
