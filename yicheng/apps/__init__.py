"""The applications: folders of one shape; deleting one leaves a working city."""
