"""一窗: where staff work."""
