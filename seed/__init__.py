"""The world a new installation starts with: reference data and the loader of the demonstration.

`data/` holds small tables with a source per row; `SOURCES.md` says whose they are and what was
changed. `reference.py` reads them.
"""
