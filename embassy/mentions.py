"""Search in labels: `title__mentions="bridge"` finds the rows with a wording that holds the words.

`icontains` on a JSON column would not do. It looks at the text of the JSON, which on SQLite is ASCII (Cyrillic and
Arabic stand there as `\\u0430`) and everywhere holds the languages' codes: "en" would be found in every row.
"""

import re

from django.db.models import Lookup

from embassy.labels import LabelField


@LabelField.register_lookup
class Mentions(Lookup):
    """Whether any wording of the label holds the text, in capitals or not."""

    lookup_name = "mentions"
    prepare_rhs = False

    def as_sqlite(self, compiler, connection):
        # SQLite's own LIKE knows capitals in ASCII alone; REGEXP is Python's.
        label, params = self.process_lhs(compiler, connection)
        condition = f"EXISTS (SELECT 1 FROM json_each({label}) AS wording WHERE wording.value REGEXP %s)"
        return condition, [*params, f"(?i){re.escape(self.rhs)}"]

    def as_postgresql(self, compiler, connection):
        label, params = self.process_lhs(compiler, connection)
        condition = f"EXISTS (SELECT 1 FROM jsonb_each_text({label}) AS wording WHERE wording.value ILIKE %s)"
        return condition, [*params, f"%{connection.ops.prep_for_like_query(self.rhs)}%"]
