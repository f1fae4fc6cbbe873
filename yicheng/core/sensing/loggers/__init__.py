"""Files of data loggers: makes, encodings and header styles as they come."""
