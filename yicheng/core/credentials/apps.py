"""Names the package to Django."""

from yicheng.core.kernel.application import CorePackage


class CredentialsPackage(CorePackage):
    name = "yicheng.core.credentials"
    label = "credentials"
