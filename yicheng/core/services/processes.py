"""The processes of government services that departments may draw."""

from yicheng.core.services.application_process import APPLICATION
from yicheng.core.services.rectification import RECTIFICATION

PROCESSES = (APPLICATION, RECTIFICATION)
