"""Tables of what the city signs: keys, seals and their use."""

from yicheng.core.credentials.models.keys import Key
from yicheng.core.credentials.models.seals import Seal, SealRequest, SealRule, SealUse

__all__ = ["Key", "Seal", "SealRequest", "SealRule", "SealUse"]
