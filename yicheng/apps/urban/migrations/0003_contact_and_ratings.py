"""Sealed contact of a reporter without account; a rating for each close instead of one for each case."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies: ClassVar = [("urban", "0002_parts_imports_patrols")]

    operations: ClassVar = [
        migrations.AddField(
            "urbancase",
            "contact_sealed",
            models.TextField(blank=True, help_text="name and phone of a reporter, sealed", default=""),
            preserve_default=False,
        ),
        migrations.DeleteModel("Rating"),
        migrations.CreateModel(
            name="Rating",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("closed_at", models.DateTimeField(help_text="which close of the case it is about")),
                (
                    "level",
                    models.PositiveSmallIntegerField(
                        choices=[
                            (5, "Very satisfied"),
                            (4, "Satisfied"),
                            (3, "Fair"),
                            (2, "Dissatisfied"),
                            (1, "Very dissatisfied"),
                        ]
                    ),
                ),
                ("words", models.CharField(blank=True, max_length=500)),
                ("rated_at", models.DateTimeField()),
                (
                    "urban_case",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="ratings",
                        to="urban.urbancase",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(("level__range", (1, 5))), name="rating_level_one_to_five"
                    ),
                    models.UniqueConstraint(fields=("urban_case", "closed_at"), name="rating_once_a_close"),
                ]
            },
        ),
    ]
