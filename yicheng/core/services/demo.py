"""What government services show in ``yicheng demo``."""

from yicheng.core.services.kiosks_demo import KIOSKS
from yicheng.core.services.ratings_demo import RATINGS

DEMONSTRATIONS = (RATINGS, KIOSKS)
