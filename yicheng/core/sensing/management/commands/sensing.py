"""``yicheng sensing``: files of readings in, cold months out."""

from __future__ import annotations

from argparse import ArgumentParser
from functools import partial
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from yicheng.core.kernel.errors import Refusal
from yicheng.core.people.public import SYSTEM
from yicheng.core.sensing.actions.imports import import_readings
from yicheng.core.sensing.archive import archive
from yicheng.core.sensing.loggers.makes import read_file
from yicheng.core.sensing.loggers.plain import mapping_of, read_plain
from yicheng.core.sensing.models import Device


class Command(BaseCommand):
    help = "Bring readings in from a file, or write cold months out as Parquet."

    def add_arguments(self, parser: ArgumentParser) -> None:
        steps = parser.add_subparsers(dest="step", required=True)
        one = steps.add_parser(
            "import", help="a data logger's file (six makes are known), or a table with --map"
        )
        one.add_argument("file", type=Path)
        one.add_argument("--device", required=True, help="the device's number in the register")
        one.add_argument("--logger", default="", help="which logger, where the file holds several")
        one.add_argument("--zone", default="", help="of times without one: Asia/Shanghai; the city's if none")
        one.add_argument("--time", default="time", help="with --map: the column of the time (ISO 8601)")
        one.add_argument("--map", action="append", default=[], help="column=property:unit, once each")
        one.add_argument("--logger-column", default="", help="with --map: the column that names the logger")
        cold = steps.add_parser("archive", help="months that are over, each as one Parquet file")
        cold.add_argument("folder", type=Path)
        cold.add_argument("--months", type=int, default=12, help="keep so many months in the database")
        cold.add_argument("--drop", action="store_true", help="drop a month once its file is read back whole")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            if options["step"] == "import":
                self.bring_in(options)
            else:
                for line in archive(
                    options["folder"], months_kept=options["months"], is_dropped=options["drop"]
                ):
                    self.stdout.write(line)
        except (Refusal, ValueError, OSError) as fault:
            raise CommandError(str(fault)) from fault

    def bring_in(self, options: dict[str, Any]) -> None:
        device = Device.objects.filter(number=options["device"]).first()
        if device is None:
            raise CommandError(f"there is no device {options['device']}")
        reader = read_file
        if options["map"]:
            mapping = mapping_of(options["time"], options["map"], logger=options["logger_column"])
            reader = partial(read_plain, mapping=mapping)
        done = import_readings(
            SYSTEM,
            device.pk,
            data=options["file"].read_bytes(),
            name=options["file"].name,
            logger=options["logger"],
            zone=options["zone"],
            reader=reader,
        )
        self.stdout.write(
            f"{done.make}: {done.read_count} values, {done.stored_count} stored, {done.repeated_count} repeated,"
            f" {done.refused_count} refused; {done.fault_count} lines could not be read"
        )
        for fault in done.faults:
            self.stdout.write(f"  line {fault}")
