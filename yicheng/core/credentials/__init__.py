"""What the city signs: seals and official documents, licences and the proof that they are real."""
