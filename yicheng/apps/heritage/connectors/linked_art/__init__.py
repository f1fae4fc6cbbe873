"""Linked Art (linked.art, model 1.0): CIDOC CRM as JSON-LD. What the public may see of sites and objects on show."""
