"""What a licence is made of: codes, fields, its signed forms, and how each is checked."""
