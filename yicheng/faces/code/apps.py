"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class CodeFace(Face):
    name = "yicheng.faces.code"
    label = "face_code"
