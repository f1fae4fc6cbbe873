"""The shape of the platform, held by tests: who may know whom, how large a file may be, what must be there."""
