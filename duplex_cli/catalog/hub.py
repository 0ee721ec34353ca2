"""Files of a Hugging Face hub, or of whatever mirror HF_ENDPOINT names."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import httpx

from duplex_cli.catalog.entry import HubPart
from duplex_cli.catalog.net import Got, SourceError, download, url_host

_SHA256 = re.compile(r'^(?:W/)?"?([0-9a-f]{64})"?$')


def _address(part: HubPart) -> tuple[str, dict[str, str]]:
    from huggingface_hub import constants, hf_hub_url
    from huggingface_hub.utils import build_hf_headers

    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "true", "yes", "on"):
        raise SourceError("HF_HUB_OFFLINE is set")
    endpoint = (os.environ.get("HF_ENDPOINT") or constants.ENDPOINT or "https://huggingface.co").rstrip("/")
    url = hf_hub_url(part.repo, part.path, revision=part.revision, endpoint=endpoint)
    return url, build_hf_headers(library_name="duplex-cli")


def recorded_sha256(client: httpx.Client, part: HubPart) -> str:
    """The digest that the hub itself keeps of a large file (its LFS record, sent as X-Linked-Etag).

    Raises SourceError if the hub is not reached or keeps none.
    """
    url, headers = _address(part)
    try:
        answer = client.head(url, headers=headers, follow_redirects=False)
    except httpx.HTTPError as error:
        raise SourceError(f"{url_host(url)}: {error or type(error).__name__}") from error
    if answer.status_code >= 400:
        raise SourceError(f"{url_host(url)} answered {answer.status_code}")
    match = _SHA256.match(answer.headers.get("X-Linked-Etag", answer.headers.get("ETag", "")))
    if not match:
        raise SourceError(f"{url_host(url)} keeps no sha256 of {part.path}")
    return match.group(1)


def fetch(client: httpx.Client, part: HubPart, target: Path, tell: Callable[[int, int], None]) -> Got:
    """Download the file into `target`, going on from what is there. Raises SourceError."""
    url, headers = _address(part)
    try:
        return download(client, url, target, tell, headers)
    except SourceError as error:
        if "answered 401" in str(error) or "answered 403" in str(error):
            raise SourceError(f"{error} (accept its licence on the hub, then: hf auth login)") from error
        raise
