from django.urls import reverse

from statements.models import Statement


def form_of(statement: Statement) -> str:
    """The address of the statement's or the page's form at the desk."""
    model = "page" if statement.is_page else "statement"
    return reverse(f"admin:statements_{model}_change", args=[statement.pk])
