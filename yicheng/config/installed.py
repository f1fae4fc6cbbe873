"""What is installed. Removing an application is removing its line here and its folder."""

APPLICATIONS = [
    "yicheng.apps.urban",
    "yicheng.apps.heritage",
    "yicheng.apps.data",
    "yicheng.apps.government",
]

FACES = [
    "yicheng.faces.portal",
    "yicheng.faces.desk",
    "yicheng.faces.map",
    "yicheng.faces.code",
    "yicheng.faces.kiosk",
    "yicheng.faces.api",
]

CORE = [
    "yicheng.core.kernel",
    "yicheng.core.people",
    "yicheng.core.places",
    "yicheng.core.journal",
    "yicheng.core.events",
    "yicheng.core.catalogue",
    "yicheng.core.notices",
    "yicheng.core.sensing",
    "yicheng.core.cases",
    "yicheng.core.alerts",
    "yicheng.core.sharing",
    "yicheng.core.services",
    "yicheng.core.credentials",
    "yicheng.core.web",
]
