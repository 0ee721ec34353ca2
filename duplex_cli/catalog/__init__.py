"""Find, fetch, verify and build the models of models/catalog.toml."""

from duplex_cli.catalog.entry import Entry, ModelFile
from duplex_cli.catalog.fetch import Progress
from duplex_cli.catalog.load import Catalog, default_catalog, load
from duplex_cli.catalog.obtain import Announce, Builder, Finding, check, ensure, files, find, remove

__all__ = [
    "Announce",
    "Builder",
    "Catalog",
    "Entry",
    "Finding",
    "ModelFile",
    "Progress",
    "check",
    "default_catalog",
    "ensure",
    "files",
    "find",
    "load",
    "remove",
]
