"""Everything that is read of the catalogue: entries, and the rows behind them. The first argument is who asks."""
