"""Lends the audit trail to the packages below (see ``kernel.recording``)."""

from yicheng.core.journal.public import record
from yicheng.core.kernel.recording import Recorder

RECORDERS = (Recorder("journal", record),)
