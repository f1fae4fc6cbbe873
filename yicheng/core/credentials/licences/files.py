"""What a file that somebody holds is worth: a sealed paper, a shown credential, or nothing of ours."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from yicheng.core.credentials.keys.jws import published_keys
from yicheng.core.credentials.licences import sdjwt
from yicheng.core.credentials.licences.credential import LISTS_PATH, list_count, status_list_token
from yicheng.core.credentials.licences.offline import Verdict, judge
from yicheng.core.credentials.models import LicencePaper, LicenceVersion
from yicheng.core.credentials.sealing.checking import SignatureFacts, check_pdf

LARGEST_BYTES = 10 * 1024 * 1024

#: ``paper``: ours, byte for byte. ``sealed``: another paper with sound seals. ``changed``: altered after sealing.
#: ``unsealed``: a PDF without seals. ``credential``: see its verdict. ``other``: neither a PDF nor a credential.
Word = Literal["paper", "sealed", "changed", "unsealed", "credential", "other"]


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What was found out about a file."""

    word: Word
    version: LicenceVersion | None = None
    signatures: tuple[SignatureFacts, ...] = ()
    verdict: Verdict | None = None


def examine(raw: bytes, *, base: str, now: datetime) -> FileFacts:
    """What the file is and whether it holds. Raises ``Invalid`` for a PDF that cannot be read."""
    if raw[:1024].lstrip().startswith(b"%PDF-"):
        return _of_pdf(raw)
    text = raw[: sdjwt.LARGEST + 1].decode("ascii", errors="replace").strip()
    if "~" not in text or text.partition("~")[0].count(".") != 2:
        return FileFacts("other")
    return FileFacts(
        "credential", verdict=judge(text, keys=published_keys(), lists=_lists(text, base), now=now)
    )


def _of_pdf(raw: bytes) -> FileFacts:
    signatures = tuple(check_pdf(raw))
    paper = LicencePaper.objects.filter(sha256=hashlib.sha256(raw).hexdigest()).first()
    if paper is not None:
        return FileFacts("paper", LicenceVersion.objects.get(pk=paper.version_id), signatures)
    if not signatures:
        return FileFacts("unsealed")
    return FileFacts("sealed" if all(one.is_sound for one in signatures) else "changed", None, signatures)


def _lists(text: str, base: str) -> dict[str, str]:
    """The one list that the credential names, if it is one of ours."""
    try:
        claims = sdjwt.unverified(text)
        address = str(claims["status"]["status_list"]["uri"])
    except (sdjwt.Unsound, KeyError, TypeError):
        return {}
    number = address.removeprefix(f"{base}/{LISTS_PATH}/")
    is_ours = number.isascii() and number.isdecimal() and len(number) < 10 and int(number) < list_count()
    return {address: status_list_token(int(number), base=base)} if is_ours else {}
