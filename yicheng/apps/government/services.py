"""What this application tells government services: where answers are known from, what spares papers, what is issued."""

from django.utils.translation import gettext_lazy as _

from yicheng.apps.government import issuing, knowing
from yicheng.core.services.declare import PrefillSource, ProofSource, ResultSource

PREFILL = (
    PrefillSource("government.identity", _("Proven identity"), knowing.from_party, 10),
    PrefillSource("government.licences", _("Electronic licences"), knowing.from_licences, 50),
    PrefillSource("government.records", _("Data shared by departments"), knowing.from_records, 60),
    PrefillSource("government.earlier", _("Earlier applications"), knowing.from_earlier, 90),
)
PROOFS = (
    ProofSource("government.licences", _("Electronic licences"), knowing.by_licence),
    ProofSource("government.records", _("Data shared by departments"), knowing.by_record),
)
RESULTS = (ResultSource("government.licences", issuing.issue),)
