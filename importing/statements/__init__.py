"""Imports topics, speakers and statements."""
