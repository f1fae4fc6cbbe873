"""From readings and facts to finds: pure functions over what a rule remembers, and the same over tables in batches."""
