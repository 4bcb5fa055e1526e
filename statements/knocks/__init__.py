"""Knocks: requests for editions that are not public yet.

Within a request, nothing tells them from requests for addresses that do not exist; the worker finds them afterwards.
"""
