"""Who had a relic when: orders to move it, and the ledger of where it was, to which rows are only added."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Movement(models.Model):
    """An order to move one relic, from asking to receipt; its approvals are steps of a case."""

    class Kind(models.TextChoices):
        STORE = "store", _("To the store")
        EXHIBIT = "exhibit", _("To an exhibition")
        LOAN = "loan", pgettext_lazy("movement of a relic", "Loan")
        REPAIR = "repair", pgettext_lazy("movement of a relic", "Repair")
        TRANSPORT = "transport", _("Transport")
        RETURN = "return", pgettext_lazy("movement of a relic", "Return")

    class Status(models.TextChoices):
        ASKED = "asked", _("Waits for approval")
        APPROVED = "approved", pgettext_lazy("movement of a relic", "Approved")
        OUT = "out", _("Handed over, on its way")
        RECEIVED = "received", pgettext_lazy("movement of a relic", "Received")
        REFUSED = "refused", pgettext_lazy("movement of a relic", "Not approved")

    relic = models.ForeignKey("heritage.Relic", on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    status = models.CharField(max_length=10, choices=Status.choices, default=Status.ASKED)
    from_place = models.ForeignKey("heritage.KeepingPlace", on_delete=models.PROTECT, related_name="+")
    to_place = models.ForeignKey("heritage.KeepingPlace", on_delete=models.PROTECT, related_name="+")
    reason = models.CharField(max_length=400)
    back_on = models.DateField(null=True, help_text="when it must be back; None: it stays")
    organisation = models.ForeignKey("people.Organisation", on_delete=models.PROTECT, related_name="+")
    division_code = models.CharField(max_length=12)
    case = models.ForeignKey("cases.Case", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    asked_at = models.DateTimeField()
    approved_at = models.DateTimeField(null=True)
    handed_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    handed_at = models.DateTimeField(null=True)
    received_by = models.ForeignKey("people.Account", null=True, on_delete=models.SET_NULL, related_name="+")
    received_at = models.DateTimeField(null=True)
    back_at = models.DateTimeField(null=True, help_text="when a later movement took it away again")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["relic"],
                condition=Q(status__in=("asked", "approved", "out")),
                name="heritage_movement_one_open",
            ),
        ]
        indexes: ClassVar = [
            models.Index(fields=["organisation", "id"], name="heritage_movement_keeper"),
            models.Index(fields=["division_code", "id"], name="heritage_movement_division"),
            models.Index(fields=["relic", "-id"], name="heritage_movement_relic"),
        ]

    def __str__(self) -> str:
        return f"{self.relic_id} {self.kind}"


class CustodyEntry(models.Model):
    """From when a relic was in a place, by which order. The database refuses changes."""

    relic = models.ForeignKey("heritage.Relic", on_delete=models.PROTECT, related_name="custody")
    place = models.ForeignKey("heritage.KeepingPlace", on_delete=models.PROTECT, related_name="+")
    movement = models.ForeignKey(Movement, on_delete=models.PROTECT, related_name="+")
    since = models.DateTimeField()
    handed_by_name = models.CharField(max_length=120, blank=True)
    received_by_name = models.CharField(max_length=120, blank=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["relic", "-id"], name="heritage_custody_latest")]

    def __str__(self) -> str:
        return f"{self.relic_id} {self.place_id}"


Status = Movement.Status
#: an order that is not ended
OPEN = (Status.ASKED, Status.APPROVED, Status.OUT)
#: while an order stands like this, the relic may leave its place
RUNNING = (Status.APPROVED, Status.OUT)
