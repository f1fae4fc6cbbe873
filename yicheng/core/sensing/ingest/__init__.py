"""How readings come in: told apart, stored in one COPY, what cannot be read kept for inspection."""
