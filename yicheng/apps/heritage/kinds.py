"""The names under which sensing and alerts know relics, places, and the warnings about custody."""

#: kinds of bearers of devices and of subjects of alerts
RELIC, PLACE = "heritage.relic", "heritage.place"
#: alert rules that the chips' own signs raise
CARRIED_OFF, TAMPERED = "heritage.carried_off", "heritage.tampered"
