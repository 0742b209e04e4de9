"""Project pages in HTML (PEP 503, 592, 629, 658, 714) and pages of links to files, to rows of files."""

from __future__ import annotations

from html.parser import HTMLParser
from urllib.parse import unquote, urljoin, urlsplit

from uvkit.errors import InvalidResponseError
from uvkit.model import ALGORITHMS, FileRow, redacted, strongest

from .file_names import is_distribution, version_text
from .simple_json import file_url

HTML_TYPE = "text/html"

# A page with these and without a single file is a login form or an application, not an index with no files.
_FOREIGN_TAGS = frozenset({"form", "input", "script", "iframe"})


class _Page(HTMLParser):
    """Collects anchors, the base address and the version of the format."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.base: str | None = None
        self.version: str | None = None
        self.anchors: list[tuple[dict[str, str | None], list[str]]] = []
        self.is_foreign = False
        self._text: list[str] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        if tag == "a":
            self._text = []
            self.anchors.append((dict(attrs), self._text))
        elif tag == "base" and self.base is None:
            self.base = dict(attrs).get("href")
        elif tag == "meta":
            fields = dict(attrs)
            if (fields.get("name") or "").endswith(":repository-version"):
                self.version = fields.get("content")
        elif tag in _FOREIGN_TAGS:
            self.is_foreign = True

    def handle_endtag(self, tag: str) -> None:
        """Close an anchor's text."""
        if tag == "a":
            self._text = None

    def handle_data(self, data: str) -> None:
        """Collect an anchor's text."""
        if self._text is not None:
            self._text.append(data)


def parse_html_page(body: bytes, *, url: str, project: str, charset: str | None = None) -> dict[str, list[FileRow]]:
    """Return the files of a project by version as their names spell it; other files are left out.

    Raises:
        InvalidResponseError: it is not an index page, or one of a newer major version of the format.
    """
    page = _read(body, url=url, charset=charset)
    base = urljoin(url, page.base) if page.base else url
    rows: dict[str, list[FileRow]] = {}
    found_any = False
    for attributes, text in page.anchors:
        href = attributes.get("href")
        if not href:
            continue
        filename = _filename(href, "".join(text).strip())
        found_any = found_any or is_distribution(filename)
        version = version_text(filename, project)
        if version is not None:
            rows.setdefault(version, []).append(_row(attributes, filename, href.strip(), base=base))
    if not found_any and (page.is_foreign or page.anchors):
        raise _invalid(url, "it links to no files, so it is not an index page")
    return rows


def _read(body: bytes, *, url: str, charset: str | None) -> _Page:
    try:
        text = body.decode(charset or "utf-8", errors="replace")
    except LookupError:
        text = body.decode("utf-8", errors="replace")
    if "<" not in text and text.strip():
        raise _invalid(url, "it is not HTML")
    page = _Page()
    page.feed(text)
    page.close()
    if page.version and page.version.partition(".")[0] != "1":
        raise _invalid(url, f"version {page.version} of the index format is not supported")
    return page


def _filename(href: str, text: str) -> str:
    """Return the file's name: the end of its address, or the link's text where the address does not say it."""
    name = unquote(urlsplit(href.strip()).path.rpartition("/")[2])
    return text if not is_distribution(name) and is_distribution(text) else name


def _row(attributes: dict[str, str | None], filename: str, href: str, *, base: str) -> FileRow:
    hashes = _hashes(href.partition("#")[2])
    sidecar = attributes.get("data-core-metadata", attributes.get("data-dist-info-metadata", "false"))
    return FileRow(
        filename,
        file_url(href, base=base),
        strongest(hashes),
        None,
        attributes.get("data-requires-python") or None,
        None,
        (attributes["data-yanked"] or "") if "data-yanked" in attributes else None,
        None if sidecar == "false" else strongest(_hashes(sidecar or "")) or "",
    )


def _hashes(text: str) -> dict[str, str]:
    pairs = (part.partition("=") for part in text.split("&"))
    return {name.lower(): value for name, _, value in pairs if name.lower() in ALGORITHMS and value}


def _invalid(url: str, reason: str) -> InvalidResponseError:
    return InvalidResponseError(url=redacted(url), content_type=HTML_TYPE, reason=reason)
