"""What granian's worker processes load: Django, and a watch on the process above them."""

from __future__ import annotations

import gc

from django.core.wsgi import get_wsgi_application
from django.urls import get_resolver

from yicheng.runtime.parent import exit_with_parent_process

exit_with_parent_process()
application = get_wsgi_application()
get_resolver().url_patterns  # noqa: B018  (imports every view now, not at somebody's request)
gc.collect()
gc.freeze()  # what was imported stays: it need not be looked through again and again
gc.set_threshold(10_000, 20, 20)
