"""Firstline: the one front door where the people of an organisation get help."""

__version__ = "0.1.0"
