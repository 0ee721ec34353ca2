"""Find, fetch, verify and build the models of models/catalog.toml."""

from duplex_cli.catalog.ensure import Announce, Builder, Finding, check, ensure, files, find, remove
from duplex_cli.catalog.entry import Entry, ModelFile
from duplex_cli.catalog.fetch import Progress
from duplex_cli.catalog.load import Catalog, default_catalog, load

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
