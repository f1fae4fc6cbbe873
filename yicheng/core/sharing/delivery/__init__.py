"""Changes on their way to subscribers: read under the grant, signed, sent in order, tried again."""
