"""The addresses of attached files, under ``/media/``."""

from django.urls import URLPattern, URLResolver, path, register_converter

from yicheng.core.journal import views


class VariantConverter:
    """One of the three files of an attachment."""

    regex = "original|shown|thumb"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: str) -> str:
        return value


register_converter(VariantConverter, "attachment_variant")

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:attachment_id>/<attachment_variant:variant>", views.file, name="journal_file"),
]
