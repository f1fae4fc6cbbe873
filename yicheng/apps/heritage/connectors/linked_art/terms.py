"""The Getty AAT numbers that Linked Art uses for what we say. A material without a number is told by name only."""

from __future__ import annotations

from collections.abc import Mapping

AAT = "http://vocab.getty.edu/aat/"

WORK_OF_ART = "300133025"
PRIMARY_NAME = "300404670"
ACCESSION_NUMBER = "300312355"
DESCRIPTION = "300435416"
HEIGHT, WIDTH, DEPTH, WEIGHT = "300055644", "300055647", "300072633", "300056240"
CENTIMETRES, KILOGRAMS = "300379098", "300379226"
CHINESE, ENGLISH = "300388113", "300388277"

MATERIALS: Mapping[str, str] = {
    "bronze": "300010957",
    "iron": "300011002",
    "paper": "300014109",
    "wood": "300011914",
    "stone": "300011176",
    "ceramic": "300235507",
    "bone": "300011798",
    "leather": "300011845",
}


def term(number: str, kind: str, label: str) -> dict[str, str]:
    """A reference to a term of the thesaurus."""
    return {"id": AAT + number, "type": kind, "_label": label}
