"""Readers of the order exports that buyers really have: one module a format, behind registry.py.

Nothing here imports Django or reads a clock or a database; what a file says is turned into plain values.
"""
