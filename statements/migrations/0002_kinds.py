"""The kinds of statement that every mission uses."""

from django.db import migrations

KINDS = {
    "press-release": {"en": "Press release", "fr": "Communiqué de presse", "ar": "بيان صحفي", "ru": "Пресс-релиз"},
    "statement": {"en": "Statement", "fr": "Déclaration", "ar": "بيان", "ru": "Заявление"},
    "comment": {"en": "Comment", "fr": "Commentaire", "ar": "تعليق", "ru": "Комментарий"},
    "interview": {"en": "Interview", "fr": "Entretien", "ar": "مقابلة", "ru": "Интервью"},
    "remarks": {"en": "Remarks", "fr": "Allocution", "ar": "كلمة", "ru": "Выступление"},
    "answer": {
        "en": "Answer to a question",
        "fr": "Réponse à une question",
        "ar": "رد على سؤال",
        "ru": "Ответ на вопрос",
    },
    "article": {"en": "Article", "fr": "Article", "ar": "مقال", "ru": "Статья"},
    "announcement": {"en": "Announcement", "fr": "Annonce", "ar": "إعلان", "ru": "Объявление"},
}


def add_kinds(apps, schema_editor):
    apps.get_model("statements", "Kind").objects.bulk_create(
        apps.get_model("statements", "Kind")(slug=slug, name=name, position=10 * place)
        for place, (slug, name) in enumerate(KINDS.items(), start=1)
    )


class Migration(migrations.Migration):
    dependencies = [("statements", "0001_initial")]

    operations = [migrations.RunPython(add_kinds, migrations.RunPython.noop)]
