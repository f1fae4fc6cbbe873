"""What granian's worker processes load: Django, and a watch on the process above them."""

from __future__ import annotations

from django.core.wsgi import get_wsgi_application

from yicheng.runtime.parent import exit_with_parent_process

exit_with_parent_process()
application = get_wsgi_application()
