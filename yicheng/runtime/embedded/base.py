"""The PostgreSQL backend that starts the embedded server when a command first needs a database.

Django finds it by the name ``base`` in the package that ``ENGINE`` names.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.db.backends.postgresql import base, client

from yicheng.runtime import postgres
from yicheng.runtime.database import is_durable
from yicheng.runtime.home import home
from yicheng.runtime.liveness import Watched


class DatabaseClient(client.DatabaseClient):
    """``yicheng dbshell`` with the wheel's own psql."""

    def runshell(self, parameters: Iterable[str]) -> None:
        DatabaseClient.executable_name = str(_locate(self.connection.settings_dict) / "psql")
        super().runshell(parameters)


class DatabaseWrapper(Watched, base.DatabaseWrapper):
    """PostgreSQL, started at the first connection."""

    client_class = DatabaseClient

    def get_connection_params(self) -> dict[str, Any]:
        _locate(self.settings_dict)
        return super().get_connection_params()


def _locate(settings: dict[str, Any]) -> Any:
    """Start or adopt the server and note its address; answers the folder of its programs."""
    cluster = postgres.use(home(), durable=is_durable())
    where = postgres.address(cluster)
    settings.update(HOST=where["host"], PORT=where["port"], USER=where["user"], PASSWORD=where["password"])
    return cluster.programs
