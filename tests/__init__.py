"""What spans the parts: architecture, contracts, journeys, accessibility."""
