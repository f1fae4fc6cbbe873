"""Files from outside: read, checked row by row, nothing lost. Pure Python, no tables; ``actions.imports`` stores."""
