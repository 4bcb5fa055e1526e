"""Imports topics, speakers and statements; converts feeds and WordPress exports into such lines."""
