"""The shared core: knows no domain; a lower layer never imports a higher one."""
