"""Lists that people send, read into typed rows; nothing is written here."""
