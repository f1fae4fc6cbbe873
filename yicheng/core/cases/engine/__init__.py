"""Runs drawn processes (BPMN 2.0, DMN): pure Python over SpiffWorkflow, no database, no Python from a drawing."""
