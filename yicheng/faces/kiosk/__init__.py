"""Self-service kiosks: the face that is touched, in bank lobbies and halls, day and night."""
