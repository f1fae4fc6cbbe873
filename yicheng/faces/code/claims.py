"""The claims of a credential as people read them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.credentials.queries.licences import licence_types
from yicheng.core.kernel.languages import in_language

OWN = {
    "holder_name": _("Holder"),
    "holder_number": _("Number of the holder"),
    "licence_number": _("Licence number"),
    "issuing_authority": _("Issued by"),
}
#: what machines need, said elsewhere on the page or of no use to a reader
LEFT_OUT = {"iss", "vct", "iat", "nbf", "exp", "cnf", "status"}


def readable(claims: Mapping[str, Any]) -> dict[str, Any]:
    """The kind's name, and (title, text) of each claim shown."""
    code = str(claims.get("vct", "")).rpartition("/")[2]
    kind = next((one for one in licence_types() if one.code == code), None)
    titles = {**OWN, **({rule.key: rule.title for rule in kind.fields} if kind else {})}
    rows = [
        (titles.get(name, name), str(value)[:2000]) for name, value in claims.items() if name not in LEFT_OUT
    ]
    title = in_language(kind.name, kind.name_en) if kind else code
    return {"title": title, "rows": rows, "ends_at": claims.get("exp"), "issuer": claims.get("iss")}
