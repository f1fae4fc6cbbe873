"""Cultural heritage."""
