from allauth.mfa.models import Authenticator
from django.contrib.auth.models import User
from django.core.management.base import BaseCommand, CommandError

from accounts.models import AuditEvent


class Command(BaseCommand):
    help = "Removes all second factors and recovery codes of an account whose owner has lost them."

    def add_arguments(self, parser):
        parser.add_argument("name", help="the account's user name")

    def handle(self, *args, name, **options):
        user = User.objects.filter(username=name).first()
        if user is None:
            raise CommandError(f"No account has the user name “{name}”.")
        number, _by_model = Authenticator.objects.filter(user=user).delete()
        AuditEvent.record(AuditEvent.Action.FACTOR_REMOVED, account=user)
        self.stdout.write(f"{number} removed. {name} chooses a new second factor at the next sign-in.")
