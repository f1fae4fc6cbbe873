"""The desk's pages of devices: the register, one device with its chart, files of readings, refused payloads."""
