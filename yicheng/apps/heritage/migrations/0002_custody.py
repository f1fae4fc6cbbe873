"""Orders to move relics, and the ledger of where each one was."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

#: the ledger of custody only grows
LEDGER = """
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE ON heritage_custodyentry
    FOR EACH ROW EXECUTE FUNCTION journal_refuse_change();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("journal", "0002_append_only_tables"),
        ("cases", "0006_room_for_updates"),
        ("heritage", "0001_registers"),
        ("people", "0004_accounts_of_staff"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="Movement",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("store", "To the store"),
                            ("exhibit", "To an exhibition"),
                            ("loan", "Loan"),
                            ("repair", "Repair"),
                            ("transport", "Transport"),
                            ("return", "Return"),
                        ],
                        max_length=10,
                    ),
                ),
                (
                    "status",
                    models.CharField(
                        choices=[
                            ("asked", "Waits for approval"),
                            ("approved", "Approved"),
                            ("out", "Handed over, on its way"),
                            ("received", "Received"),
                            ("refused", "Not approved"),
                        ],
                        default="asked",
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=400)),
                ("back_on", models.DateField(help_text="when it must be back; None: it stays", null=True)),
                ("division_code", models.CharField(max_length=12)),
                ("asked_at", models.DateTimeField()),
                ("approved_at", models.DateTimeField(null=True)),
                ("handed_at", models.DateTimeField(null=True)),
                ("received_at", models.DateTimeField(null=True)),
                (
                    "back_at",
                    models.DateTimeField(help_text="when a later movement took it away again", null=True),
                ),
                (
                    "asked_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "case",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="cases.case",
                    ),
                ),
                (
                    "from_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="heritage.keepingplace",
                    ),
                ),
                (
                    "handed_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "organisation",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="people.organisation",
                    ),
                ),
                (
                    "received_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "relic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="movements",
                        to="heritage.relic",
                    ),
                ),
                (
                    "to_place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="heritage.keepingplace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="CustodyEntry",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("since", models.DateTimeField()),
                ("handed_by_name", models.CharField(blank=True, max_length=120)),
                ("received_by_name", models.CharField(blank=True, max_length=120)),
                (
                    "place",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="heritage.keepingplace",
                    ),
                ),
                (
                    "relic",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="custody",
                        to="heritage.relic",
                    ),
                ),
                (
                    "movement",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="heritage.movement"
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["organisation", "id"], name="heritage_movement_keeper"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["division_code", "id"], name="heritage_movement_division"),
        ),
        migrations.AddIndex(
            model_name="movement",
            index=models.Index(fields=["relic", "-id"], name="heritage_movement_relic"),
        ),
        migrations.AddConstraint(
            model_name="movement",
            constraint=models.UniqueConstraint(
                condition=models.Q(("status__in", ("asked", "approved", "out"))),
                fields=("relic",),
                name="heritage_movement_one_open",
            ),
        ),
        migrations.AddIndex(
            model_name="custodyentry",
            index=models.Index(fields=["relic", "-id"], name="heritage_custody_latest"),
        ),
        migrations.RunSQL(LEDGER, "DROP TRIGGER append_only ON heritage_custodyentry;"),
    ]
