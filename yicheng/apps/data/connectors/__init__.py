"""Outside systems of departments: each is read into a sheet, in a limited time, and nothing of it is trusted."""
