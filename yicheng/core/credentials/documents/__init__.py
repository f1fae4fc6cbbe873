"""Official documents: their paper and the steps of their process."""
