"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class MapFace(Face):
    name = "yicheng.faces.map"
    label = "face_map"
