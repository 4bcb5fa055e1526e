"""Knocks: requests for editions that are not public yet.

During a request, a knock is treated like a request for an address that does not exist. The worker finds the knocks
afterwards.
"""
