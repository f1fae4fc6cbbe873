"""Serving attachments: nothing is reachable but through a check, and nothing served can run."""

from __future__ import annotations

from django.http import FileResponse, HttpRequest, HttpResponseBase, HttpResponseNotModified
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from yicheng.core.journal import attachments, files
from yicheng.core.kernel.errors import NotFound
from yicheng.core.people.public import viewer_of

_HEADERS = {
    "X-Content-Type-Options": "nosniff",
    "Content-Security-Policy": "default-src 'none'; style-src 'unsafe-inline'; sandbox",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, max-age=86400, immutable",
}


@require_safe
def file(request: HttpRequest, attachment_id: int, variant: files.Variant) -> HttpResponseBase:
    """A photo to look at, or a file to save. What may not be seen does not exist."""
    viewer, row = viewer_of(request), attachments.find(attachment_id)
    if not attachments.may_see(viewer, row, variant=variant, ticket=request.GET.get("t", "")):
        raise NotFound(_("There is no such file, or it was removed."))
    etag = f'"{row.sha256[:32]}.{variant}"'
    if request.headers.get("If-None-Match") == etag:
        return HttpResponseNotModified(headers={"ETag": etag})
    try:
        content = files.open_file(row.sha256, variant)
    except FileNotFoundError:
        raise NotFound(_("There is no such file, or it was removed.")) from None
    if variant == "original":
        attachments.note_original(viewer, row)
    media_type = row.media_type if variant == "original" else "image/jpeg"
    headers = {**_HEADERS, "ETag": etag}
    return FileResponse(
        content,
        as_attachment=variant == "original",
        filename=row.name,
        content_type=media_type,
        headers=headers,
    )
