"""Forms by their version: read once, remembered, bound to what somebody filled in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from django.utils.translation import gettext_lazy as _

from yicheng.core.kernel.errors import NotFound
from yicheng.core.services.forms.bound import BoundForm, KnownValue, bind
from yicheng.core.services.forms.kept import data_of
from yicheng.core.services.forms.parts import FormSpec
from yicheng.core.services.forms.reading import read_form
from yicheng.core.services.models import FormVersion

NO_FORM = _("There is no such form.")


def form_for(form_version_id: int) -> FormSpec:
    """The steps and fields of a form's version; ``NotFound``. No query when a published one was read before."""
    try:
        return _published(form_version_id)
    except _NotPublished as draft:
        return read_form(draft.schema)


class _NotPublished(Exception):
    """A draft may change, so it is not remembered."""

    def __init__(self, schema: Any) -> None:
        self.schema = schema
        super().__init__()


@lru_cache(maxsize=1024)
def _published(form_version_id: int) -> FormSpec:
    row = FormVersion.objects.filter(pk=form_version_id).values_list("status", "schema").first()
    if row is None:
        raise NotFound(NO_FORM)
    if row[0] != FormVersion.Status.PUBLISHED:
        raise _NotPublished(row[1])
    return read_form(row[1])


def bound_form(
    form_version_id: int,
    data: Any = None,
    files: Any = None,
    known: Mapping[str, KnownValue] | None = None,
    *,
    step: str | None = None,
    kept: Mapping[str, Any] | None = None,
    held: Mapping[str, Sequence[str]] | None = None,
) -> BoundForm:
    """A form to show (``data`` None) or to check. Templates include ``web/parts/answers.html`` with it.

    ``known``: name of a prefill (or key) → what a source knows. ``step``: one page of it, None: all. ``kept``: answers of
    before by key, other steps' too. ``held``: key of a file field → names of files that are there already.
    """
    return bind(
        form_for(form_version_id), data=data, files=files, known=known, step=step, kept=kept, held=held
    )


def whole_form(
    form_version_id: int, answers: Mapping[str, Any], *, held: Mapping[str, Sequence[str]] | None = None
) -> BoundForm:
    """The whole form with kept answers, to be checked before it is submitted: ``is_valid``, ``errors``, ``answers``."""
    spec = form_for(form_version_id)
    return bind(spec, data=data_of(spec, answers), files={}, held=held)
