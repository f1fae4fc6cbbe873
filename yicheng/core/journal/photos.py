"""Photos sent by anybody: recognised by content, bounded before they are decoded, made fit to publish.

What is published is encoded anew from pixels, so no position, camera, thumbnail or other
hidden data of the original can pass. The position is read first, for the sender's benefit.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from django.utils.translation import gettext_lazy as _
from PIL import ExifTags, Image, ImageOps

from yicheng.core.kernel.errors import Invalid

FORMATS = {"JPEG": "image/jpeg", "PNG": "image/png", "WEBP": "image/webp"}
#: a JPEG is decoded at a fraction of its size, the others whole
MAX_PIXELS = {"JPEG": 60_000_000, "PNG": 25_000_000, "WEBP": 25_000_000}
SHOWN_EDGE = 1920
THUMB_EDGE = 360
_QUALITY = 82
Image.MAX_IMAGE_PIXELS = max(MAX_PIXELS.values())
_UNREADABLE = _("This photo cannot be read. Send it as JPEG, PNG or WebP.")


#: its decoders come with licences that this project can't pass on
HEIF_REFUSED = _(
    "Photos in the format HEIC cannot be read here. Set the camera to “most compatible”, or send it as JPEG."
)
_HEIF_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")


@dataclass(frozen=True, slots=True)
class Photo:
    """A photo taken apart. ``shown`` and ``thumb`` are JPEG without any metadata; position in WGS 84 degrees."""

    media_type: str
    width: int
    height: int
    shown: bytes
    thumb: bytes
    lon: float | None
    lat: float | None
    taken_at: datetime | None


def looks_like_photo(head: bytes) -> bool:
    """Whether these first bytes begin a photo of a known format."""
    return head.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (
        head[:4] == b"RIFF" and head[8:12] == b"WEBP"
    )


def is_heif(head: bytes) -> bool:
    """Whether these first bytes begin a photo as some phones keep it (HEIC, HEIF)."""
    return head[4:8] == b"ftyp" and head[8:12] in _HEIF_BRANDS


def take_apart(content: bytes) -> Photo:
    """Read a photo. Raises ``Invalid``, whatever the bytes are."""
    try:
        return _photo(content)
    except Invalid:
        raise
    except Exception as fault:  # decoders of hostile bytes raise nearly anything; each means: unreadable
        raise Invalid(_UNREADABLE) from fault


def _photo(content: bytes) -> Photo:
    with Image.open(BytesIO(content), formats=list(FORMATS)) as image:
        width, height = image.size
        if width * height > MAX_PIXELS[str(image.format)]:
            raise Invalid(
                _("This photo has too many pixels (%(width)d × %(height)d). Send a smaller one."),
                width=width,
                height=height,
            )
        exif = image.getexif()
        lon, lat = _position(exif)
        taken_at = _taken_at(exif)
        media_type = FORMATS[str(image.format)]
        shown = _upright(image)
    if exif.get(ExifTags.Base.Orientation) in (5, 6, 7, 8):
        width, height = height, width
    thumb = shown.copy()
    thumb.thumbnail((THUMB_EDGE, THUMB_EDGE))
    return Photo(media_type, width, height, _jpeg(shown), _jpeg(thumb), lon, lat, taken_at)


def _upright(image: Image.Image) -> Image.Image:
    """The pixels, turned as the camera was held, no larger than what is shown, on white where transparent."""
    image.draft("RGB", (SHOWN_EDGE, SHOWN_EDGE))
    image.load()
    small = ImageOps.exif_transpose(image)
    small.thumbnail((SHOWN_EDGE, SHOWN_EDGE))
    if small.mode in ("RGBA", "LA", "PA") or "transparency" in small.info:
        layer = small.convert("RGBA")
        small = Image.new("RGB", layer.size, "white")
        small.paste(layer, mask=layer.getchannel("A"))
    return small.convert("RGB")


def _jpeg(image: Image.Image) -> bytes:
    bare = Image.new("RGB", image.size)
    bare.paste(image)
    out = BytesIO()
    bare.save(out, "JPEG", quality=_QUALITY, progressive=True)
    return out.getvalue()


def _position(exif: Image.Exif) -> tuple[float | None, float | None]:
    tags = exif.get_ifd(ExifTags.IFD.GPSInfo)
    try:
        lat = _degrees(tags[ExifTags.GPS.GPSLatitude], negative=tags[ExifTags.GPS.GPSLatitudeRef] == "S")
        lon = _degrees(tags[ExifTags.GPS.GPSLongitude], negative=tags[ExifTags.GPS.GPSLongitudeRef] == "W")
    except (KeyError, TypeError, ValueError, ZeroDivisionError):
        return None, None
    if not (-90 <= lat <= 90 and -180 <= lon <= 180) or (lat, lon) == (0.0, 0.0):
        return None, None
    return lon, lat


def _degrees(parts: Any, *, negative: bool) -> float:
    degrees, minutes, seconds = (float(part) for part in parts)
    value = degrees + minutes / 60 + seconds / 3600
    return round(-value if negative else value, 7)


def _taken_at(exif: Image.Exif) -> datetime | None:
    """When the shutter opened; None unless the camera wrote its offset from UTC too."""
    tags = exif.get_ifd(ExifTags.IFD.Exif)
    text, offset = tags.get(ExifTags.Base.DateTimeOriginal), tags.get(ExifTags.Base.OffsetTimeOriginal)
    try:
        return datetime.strptime(f"{text} {offset}", "%Y:%m:%d %H:%M:%S %z").astimezone(UTC)
    except (ValueError, OverflowError):
        return None
