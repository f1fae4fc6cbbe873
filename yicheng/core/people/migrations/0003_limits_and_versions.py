"""Unlogged tables for counters and the shared cache; triggers that raise ``grants_version``."""

from django.db import migrations

TABLES = """
CREATE UNLOGGED TABLE people_limit (
    key varchar(200) PRIMARY KEY,
    hits integer NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX people_limit_ends ON people_limit (ends_at);
CREATE UNLOGGED TABLE people_cache (
    cache_key varchar(255) PRIMARY KEY,
    value text NOT NULL,
    expires timestamptz NOT NULL
);
CREATE INDEX people_cache_expires ON people_cache (expires);
"""
NO_TABLES = "DROP TABLE people_cache; DROP TABLE people_limit;"

FUNCTIONS = """
CREATE FUNCTION people_appointment_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_account SET grants_version = grants_version + 1
     WHERE id IN (SELECT account_id FROM changed);
    RETURN NULL;
END $$;
CREATE FUNCTION people_role_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_account SET grants_version = grants_version + 1
     WHERE id IN (SELECT account_id FROM people_appointment
                   WHERE ended_at IS NULL AND role_id IN (SELECT id FROM changed));
    RETURN NULL;
END $$;
CREATE FUNCTION people_tree_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE people_account SET grants_version = grants_version + 1
     WHERE id IN (SELECT account_id FROM people_appointment
                   WHERE ended_at IS NULL AND organisation_id IS NOT NULL)
       AND EXISTS (SELECT 1 FROM changed);
    RETURN NULL;
END $$;
"""
NO_FUNCTIONS = """
DROP FUNCTION people_tree_changed(); DROP FUNCTION people_role_changed(); DROP FUNCTION people_appointment_changed();
"""
# (trigger, table, event, which rows, function)
TRIGGERS = [
    ("appointment_made", "appointment", "INSERT", "NEW", "people_appointment_changed"),
    ("appointment_changed", "appointment", "UPDATE", "NEW", "people_appointment_changed"),
    ("appointment_moved", "appointment", "UPDATE", "OLD", "people_appointment_changed"),
    ("appointment_dropped", "appointment", "DELETE", "OLD", "people_appointment_changed"),
    ("role_changed", "role", "UPDATE", "NEW", "people_role_changed"),
    ("tree_grown", "organisation", "INSERT", "NEW", "people_tree_changed"),
    ("tree_changed", "organisation", "UPDATE", "NEW", "people_tree_changed"),
]


def _create(name: str, table: str, event: str, rows: str, function: str) -> str:
    return (
        f"CREATE TRIGGER {name} AFTER {event} ON people_{table}"
        f" REFERENCING {rows} TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION {function}();"
    )


class Migration(migrations.Migration):
    dependencies = [("people", "0002_sign_in")]

    operations = [
        migrations.RunSQL(TABLES, NO_TABLES),
        migrations.RunSQL(FUNCTIONS, NO_FUNCTIONS),
        migrations.RunSQL(
            "\n".join(_create(*trigger) for trigger in TRIGGERS),
            "\n".join(f"DROP TRIGGER {name} ON people_{table};" for name, table, *_ in TRIGGERS),
        ),
    ]
