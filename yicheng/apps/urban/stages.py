"""The standard's seven stages of a case, in order (GB/T 30428)."""

from django.utils.translation import pgettext_lazy

STAGES = {
    "collect": pgettext_lazy("stage of a case", "Collect"),
    "file": pgettext_lazy("stage of a case", "File"),
    "dispatch": pgettext_lazy("stage of a case", "Dispatch"),
    "handle": pgettext_lazy("stage of a case", "Handle"),
    "feed_back": pgettext_lazy("stage of a case", "Feed back"),
    "close": pgettext_lazy("stage of a case", "Check and close"),
    "assess": pgettext_lazy("stage of a case", "Assess"),
}
