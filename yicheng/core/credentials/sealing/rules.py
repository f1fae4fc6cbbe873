"""What a seal may be set on and how, and the name of the key behind it."""

from __future__ import annotations

from yicheng.core.credentials.keys.certificates import Subject
from yicheng.core.credentials.models import Seal, SealRule


def purpose_of(seal: Seal) -> str:
    """The name of the seal's key."""
    return f"seal/{seal.code}"


def subject_of(seal: Seal) -> Subject:
    """Whom the seal's certificate names."""
    return Subject(name=str(seal), organisation=seal.organisation.name, number=seal.number)


def ways_for(seal: Seal, subject: str) -> set[str]:
    """The ways in which a seal may be set on a subject (``licence/food/7``)."""
    rules = SealRule.objects.filter(seal=seal).values_list("covers", "way")
    return {way for covers, way in rules if f"{subject}/".startswith(f"{covers}/")}
