"""The clerks' door: one file for each noun.

Nothing is imported here: Django imports this package to find the site itself, before there is one to register with.
"""
