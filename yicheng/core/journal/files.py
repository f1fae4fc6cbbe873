"""Where the bytes of attachments lie: under their SHA-256, originals apart from what is shown.

Three folders: ``originals`` (as they came; only for those who may see originals),
``shown`` and ``thumbs`` (encoded anew, no metadata). The storage is Django's
``attachments`` when configured, else the media folder.
"""

from __future__ import annotations

from typing import IO, Literal

from django.core.files.base import ContentFile
from django.core.files.storage import InvalidStorageError, Storage, default_storage, storages

Variant = Literal["original", "shown", "thumb"]
_FOLDERS = {"original": "originals", "shown": "shown", "thumb": "thumbs"}


def keep(sha256: str, variant: Variant, content: bytes) -> None:
    """Store the bytes; the same content is stored once."""
    name = _name(sha256, variant)
    if not _storage().exists(name):
        _storage().save(name, ContentFile(content))


def open_file(sha256: str, variant: Variant) -> IO[bytes]:
    """The bytes to read from. Raises ``FileNotFoundError``."""
    file: IO[bytes] = _storage().open(_name(sha256, variant))
    return file


def drop(sha256: str) -> None:
    """Delete all variants."""
    for variant in _FOLDERS:
        _storage().delete(_name(sha256, variant))


def stored() -> list[tuple[str, Storage]]:
    """The digests of all originals in storage, for the sweep of what no row needs."""
    storage = _storage()
    found = []
    for first in _listed(storage, "originals"):
        found += [(first + second, storage) for second in storage.listdir(f"originals/{first}")[1]]
    return found


def _listed(storage: Storage, folder: str) -> list[str]:
    try:
        return list(storage.listdir(folder)[0])
    except FileNotFoundError:
        return []


def _name(sha256: str, variant: str) -> str:
    return f"{_FOLDERS[variant]}/{sha256[:2]}/{sha256[2:]}"


def _storage() -> Storage:
    try:
        return storages["attachments"]
    except InvalidStorageError:
        return default_storage
