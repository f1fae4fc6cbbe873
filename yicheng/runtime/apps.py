"""Names the runtime to Django, so that its commands are found. It declares nothing."""

from __future__ import annotations

from yicheng.core.kernel.application import Part


class Runtime(Part):
    name = "yicheng.runtime"
    label = "runtime"
