"""What urban management promises at its doors."""
