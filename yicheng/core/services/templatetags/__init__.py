"""What templates of every face say about government services."""
