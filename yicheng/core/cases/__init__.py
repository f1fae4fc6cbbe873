"""Processes (BPMN, DMN), cases, tasks, working calendars, time limits."""
