"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class ApiFace(Face):
    name = "yicheng.faces.api"
    label = "face_api"
