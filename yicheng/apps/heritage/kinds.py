"""The names under which sensing and alerts know relics, places, and the warnings about custody."""

#: kinds of bearers of devices and of subjects of alerts
RELIC, PLACE, SITE = "heritage.relic", "heritage.place", "heritage.site"
#: alert rules that the chips' own signs raise
CARRIED_OFF, TAMPERED = "heritage.carried_off", "heritage.tampered"
#: raised by who walks a round
FOUND_ON_PATROL = "heritage.found_on_patrol"
