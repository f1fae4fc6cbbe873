"""What people can ask of the government: items, their versions, materials and who answers for which step.

The columns follow the national lists of service items (基本目录, 实施清单: ``catalog_code``, ``task_code`` …).
"""

from __future__ import annotations

from typing import ClassVar

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVectorField
from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from yicheng.core.kernel.languages import in_language
from yicheng.core.people.models import Organisation
from yicheng.core.services.models.forms import FormVersion


class Audience(models.TextChoices):
    """Whom a service is for (服务对象)."""

    PERSON = "person", pgettext_lazy("whom a service is for", "People")
    COMPANY = "company", _("Companies")


class Level(models.TextChoices):
    """At which level of government it is exercised (行使层级)."""

    CITY = "city", _("City")
    COUNTY = "county", _("County or district")
    TOWN = "town", _("Town or subdistrict")
    VILLAGE = "village", _("Village or community")


class Kind(models.TextChoices):
    """What kind of act it is in administrative law (事项类型)."""

    PERMIT = "permit", _("Administrative permit")
    CONFIRMATION = "confirmation", _("Administrative confirmation")
    PAYMENT = "payment", _("Administrative payment")
    LEVY = "levy", _("Administrative levy")
    RULING = "ruling", _("Administrative ruling")
    REWARD = "reward", _("Administrative reward")
    PUBLIC_SERVICE = "public_service", _("Public service")
    OTHER = "other", _("Other administrative power")


class Theme(models.Model):
    """A subject under which items are found (主题分类)."""

    code = models.CharField(primary_key=True, max_length=40)
    position = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=10, choices=Audience.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    icon = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class LifeEvent(models.Model):
    """A moment of a life or of a business in which several items are needed together."""

    code = models.CharField(primary_key=True, max_length=40)
    position = models.PositiveSmallIntegerField()
    audience = models.CharField(max_length=10, choices=Audience.choices)
    name = models.CharField(max_length=40)
    name_en = models.CharField(max_length=60, blank=True)
    summary = models.CharField(max_length=200, blank=True)
    summary_en = models.CharField(max_length=300, blank=True)
    icon = models.CharField(max_length=40)
    is_active = models.BooleanField(default=True)

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ServiceItem(models.Model):
    """An item through all its versions. ``current`` is the one in force; none: not published yet, or withdrawn."""

    code = models.CharField(max_length=60, unique=True)
    organisation = models.ForeignKey(
        Organisation, on_delete=models.PROTECT, related_name="+", help_text="who keeps it"
    )
    current = models.OneToOneField(
        "ItemVersion", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    is_from_pack = models.BooleanField(default=False, help_text="loading the pack may withdraw it")
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return self.code


class ItemVersion(models.Model):
    """An item as it was published. Applications finish on the version they began on."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("draft")
        PUBLISHED = "published", _("published")
        RETIRED = "retired", _("retired")

    class Project(models.TextChoices):
        """办件类型"""

        INSTANT = "instant", _("Done on the spot")
        PROMISED = "promised", _("Done within a promised time")

    class ResultKind(models.TextChoices):
        """审批结果类型"""

        LICENCE = "licence", _("Licence")
        APPROVAL = "approval", _("Approval document")
        RECORD = "record", pgettext_lazy("result of a service", "Entry in a register")
        PAYMENT = "payment", pgettext_lazy("result of a service", "Payment")
        NONE = "none", pgettext_lazy("result of a service", "Nothing to collect")

    class Area(models.TextChoices):
        """通办范围"""

        OWN = "own", _("At the place itself only")
        CITY = "city", _("Anywhere in the city")
        PROVINCE = "province", _("Anywhere in the province")
        COUNTRY = "country", _("Anywhere in the country")

    item = models.ForeignKey(ServiceItem, on_delete=models.PROTECT, related_name="versions", db_index=False)
    number = models.PositiveIntegerField()
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.DRAFT)
    # what it is
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=300, blank=True)
    summary_en = models.CharField(max_length=500, blank=True)
    words = models.CharField(max_length=400, blank=True, help_text="everyday words, separated by spaces")
    sort_key = models.CharField(max_length=200, blank=True, help_text="pinyin, for ordering")
    kind = models.CharField(max_length=20, choices=Kind.choices)
    catalog_code = models.CharField(max_length=12, blank=True)
    task_code = models.CharField(max_length=36, blank=True)
    # who does it, for whom
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")
    level = models.CharField(max_length=10, choices=Level.choices)
    division_code = models.CharField(max_length=12, help_text="where it is exercised")
    audiences = ArrayField(models.CharField(max_length=10, choices=Audience.choices))
    themes = ArrayField(models.CharField(max_length=40), default=list)
    life_events = ArrayField(models.CharField(max_length=40), default=list)
    # how long, how much
    project = models.CharField(max_length=10, choices=Project.choices, default=Project.PROMISED)
    legal_days = models.PositiveSmallIntegerField(
        null=True, help_text="working days by law; none: no limit set"
    )
    promised_days = models.PositiveSmallIntegerField(default=0, help_text="working days; 0: while one waits")
    limit_note = models.CharField(max_length=300, blank=True)
    fee_cents = models.PositiveIntegerField(default=0, help_text="in fen (CNY); 0: free")
    fee_note = models.CharField(max_length=300, blank=True)
    fee_basis = models.CharField(max_length=400, blank=True)
    # by which rules
    by_law = models.TextField(blank=True)
    condition = models.TextField(blank=True)
    condition_en = models.TextField(blank=True)
    special_procedure = models.CharField(max_length=200, blank=True)
    # in which way
    is_online = models.BooleanField(default=False, help_text="may be applied for on line; needs a form")
    online_depth = models.PositiveSmallIntegerField(default=1, help_text="1 (information) to 4 (whole)")
    visits = models.PositiveSmallIntegerField(default=1, help_text="how often one has to come at most")
    is_bookable = models.BooleanField(default=True)
    is_express = models.BooleanField(default=False, help_text="the result may come by post")
    is_kiosk = models.BooleanField(default=False)
    is_paid_online = models.BooleanField(default=False)
    handle_area = models.CharField(max_length=10, choices=Area.choices, default=Area.OWN)
    halls = ArrayField(
        models.CharField(max_length=40),
        default=list,
        help_text="codes; none: any hall or station of its place",
    )
    phone = models.CharField(max_length=60, blank=True)
    complaint_phone = models.CharField(max_length=60, blank=True)
    # what comes of it
    result_kind = models.CharField(max_length=10, choices=ResultKind.choices, default=ResultKind.APPROVAL)
    result_name = models.CharField(max_length=120, blank=True)
    result_name_en = models.CharField(max_length=200, blank=True)
    licence_type = models.CharField(max_length=60, blank=True, help_text="code of what is issued")
    # how it runs
    process = models.CharField(max_length=60, default="services.application")
    form = models.ForeignKey(FormVersion, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    # its own life
    note = models.CharField(max_length=200, blank=True)
    fingerprint = models.CharField(max_length=64, blank=True, help_text="SHA-256 of what a pack said")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    created_at = models.DateTimeField()
    published_at = models.DateTimeField(null=True)
    published_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+"
    )
    search = SearchVectorField(null=True, editable=False)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["status", "sort_key", "id"], name="item_by_name"),
            GinIndex(fields=["search"], name="item_words"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["item", "number"], name="item_version_once"),
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(status="draft"), name="one_item_draft"
            ),
            models.UniqueConstraint(
                fields=["item"], condition=models.Q(status="published"), name="one_item_in_force"
            ),
            models.CheckConstraint(
                condition=models.Q(is_online=False) | models.Q(form__isnull=False) | models.Q(status="draft"),
                name="online_item_has_a_form",
            ),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ServiceMaterial(models.Model):
    """A paper that an item asks for. ``proved_by``: what spares the applicant from bringing it."""

    class Form(models.TextChoices):
        """材料类型"""

        ORIGINAL = "original", _("Original")
        COPY = "copy", pgettext_lazy("of a document", "Copy")
        BOTH = "both", _("Original and copy")

    class Source(models.TextChoices):
        """来源渠道"""

        APPLICANT = "applicant", _("Made by the applicant")
        GOVERNMENT = "government", _("Issued by a government body")
        OTHER = "other", _("Issued by somebody else")

    version = models.ForeignKey(
        ItemVersion, on_delete=models.CASCADE, related_name="materials", db_index=False
    )
    position = models.PositiveSmallIntegerField()
    code = models.CharField(max_length=60)
    name = models.CharField(max_length=120)
    name_en = models.CharField(max_length=200, blank=True)
    is_needed = models.BooleanField(default=True)
    needed_when = models.CharField(
        max_length=200, blank=True, help_text="expression over the form's answers; empty: always"
    )
    form = models.CharField(max_length=10, choices=Form.choices, default=Form.ORIGINAL)
    source = models.CharField(max_length=12, choices=Source.choices, default=Source.APPLICANT)
    copies = models.PositiveSmallIntegerField(default=1)
    page_format = models.CharField(max_length=20, blank=True)
    proved_by = ArrayField(
        models.CharField(max_length=80), default=list, help_text="codes of licence types, keys of records"
    )
    accepted_when = models.CharField(max_length=300, blank=True, help_text="受理标准")
    accepted_when_en = models.CharField(max_length=400, blank=True)
    by_law = models.CharField(max_length=400, blank=True)
    fill_note = models.CharField(max_length=300, blank=True, help_text="填报须知")

    class Meta:
        ordering: ClassVar = ["version", "position"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "code"], name="material_once"),
        ]

    def __str__(self) -> str:
        return in_language(self.name, self.name_en)


class ItemElement(models.Model):
    """Which body does a drawn step of an item's process: ``review__fire`` → the fire brigade."""

    version = models.ForeignKey(
        ItemVersion, on_delete=models.CASCADE, related_name="elements", db_index=False
    )
    element = models.CharField(max_length=60)
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="+")

    class Meta:
        ordering: ClassVar = ["version", "element"]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["version", "element"], name="item_element_once"),
        ]
