"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class DeskFace(Face):
    name = "yicheng.faces.desk"
    label = "face_desk"
