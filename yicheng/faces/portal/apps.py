"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class PortalFace(Face):
    name = "yicheng.faces.portal"
    label = "face_portal"
