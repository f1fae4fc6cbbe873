"""The faces compose what the slots hold; they import no application."""
