#!/usr/bin/env python
"""Embassy's command line: `manage.py help` lists its commands."""

import os
import sys

if __name__ == "__main__":
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "embassy.settings")
    from django.core.management import execute_from_command_line

    execute_from_command_line(sys.argv)
