"""Applications that wait for somebody's signature."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import Viewer, may_act_for, party_of
from yicheng.core.services.models import Signature


def signatures_waiting(viewer: Viewer) -> list[Signature]:
    """Drafts of others that ask for the viewer's signature."""
    own = party_of(viewer)
    if own is None or not own.is_proven:
        return []
    rows = Signature.objects.filter(
        party=own.id, signed_at=None, refused_at=None, application__status="draft"
    )
    return list(rows.select_related("application__version").order_by("pk")[:30])


def to_sign(viewer: Viewer, signature_id: int) -> Signature:
    """One that the viewer is asked for, with what stands in the application. Raises ``NotFound``."""
    rows = Signature.objects.select_related("application__version", "party")
    row = rows.filter(pk=signature_id).first()
    if row is None or not may_act_for(viewer, row.party_id, "see"):
        raise NotFound(
            _("Nobody asks for your signature here. Your identity must be proven before you sign.")
        )
    return row
