"""Names the face to Django."""

from yicheng.core.kernel.application import Face


class KioskFace(Face):
    name = "yicheng.faces.kiosk"
    label = "face_kiosk"
