"""The channels this installation has switched on, made from ``settings.NOTICE_CHANNELS``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from django.conf import settings
from django.utils.module_loading import import_string

from yicheng.core.notices.channels.protocol import Channel


def channels() -> Mapping[str, Channel]:
    """Channel key → adapter; empty where nothing is configured."""
    return _built(json.dumps(settings.NOTICE_CHANNELS, sort_keys=True))


@lru_cache(maxsize=4)
def _built(options_json: str) -> dict[str, Channel]:
    return {key: _adapter(options) for key, options in json.loads(options_json).items()}


def _adapter(options: Mapping[str, Any]) -> Channel:
    arguments = {name: value for name, value in options.items() if name != "adapter"}
    adapter: Channel = import_string(options["adapter"])(**arguments)
    return adapter
