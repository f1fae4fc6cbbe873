"""A sealed paper names the seal on it. No document was sealed before this came."""

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("credentials", "0003_documents")]

    operations = [
        migrations.AddField(
            model_name="documentpaper",
            name="seal",
            field=models.ForeignKey(
                default=0,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="credentials.seal",
            ),
            preserve_default=False,
        ),
    ]
