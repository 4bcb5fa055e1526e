"""Imports topics, speakers and statements; converts feeds and WordPress exports into statement lines."""
