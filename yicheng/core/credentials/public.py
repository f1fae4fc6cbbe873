"""What applications and faces may call about seals, documents and licences. Bodies live in ``actions`` and ``queries``."""
