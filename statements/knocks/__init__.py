"""Knocks: requests for what is sealed, counted without being told apart from requests for what is not there."""
