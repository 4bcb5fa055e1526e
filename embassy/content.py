"""What belongs to a mission."""

from typing import Self

from django.db import models


class ContentQuerySet(models.QuerySet):
    """Rows with a foreign key `mission`."""

    def of(self, mission) -> Self:
        """What belongs to the mission; nothing while no mission has been founded."""
        return self.filter(mission_id=mission.pk)
