"""Forms without code: a schema of form-js, read and checked once, asked as plain HTML, answered as plain data."""
