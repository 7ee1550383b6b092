"""Documents that stay true: links lead somewhere, and what the manual quotes is what the screen says."""

import re
from pathlib import Path

import pytest

from vigia import __version__

ROOT = Path(__file__).parents[1]
DOCUMENTS = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")])
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*)(?:#([^)\s]+))?\)")
QUOTED = re.compile(r"«([^»]+)»")
LEAST_LETTERS = 8
"""Shorter pieces of a quotation are words that stand anywhere."""


def anchors(document: Path) -> set[str]:
    """Names by which the headings of a document can be linked to."""
    headings = re.findall(r"(?m)^#+ (.+)$", document.read_text(encoding="utf-8"))
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(document: Path) -> None:
    wrong = []
    for file, anchor in LINK.findall(document.read_text(encoding="utf-8")):
        target = document.parent / file if file else document
        if not target.exists() or (anchor and anchor not in anchors(target)):
            wrong.append(f"{file}#{anchor}")
    assert wrong == []


def test_what_the_manual_quotes_stands_in_the_code() -> None:
    code = "\n".join(
        path.read_text(encoding="utf-8").lower()
        for folder in ("src/vigia", "dashboard")
        for path in sorted((ROOT / folder).rglob("*.py"))
    )
    manual = " ".join((ROOT / "docs" / "manual.md").read_text(encoding="utf-8").split())
    pieces = [piece.strip().lower() for quoted in QUOTED.findall(manual) for piece in re.split(r"[…:\d]", quoted)]
    pieces = [
        piece for piece in pieces if len(piece) >= LEAST_LETTERS and not piece.startswith(("confirmada", "descar"))
    ]
    assert len(pieces) >= 4
    assert [piece for piece in pieces if piece not in code] == []


def test_voltage_has_one_word_in_spanish() -> None:
    assert not re.search(r"(?i)voltaje(?!_F)", (ROOT / "docs" / "manual.md").read_text(encoding="utf-8"))


def test_the_version_stands_in_one_place() -> None:
    holders = [
        path.name
        for path in (*ROOT.glob("*.toml"), *(ROOT / "src").rglob("*.py"), *(ROOT / "serving").rglob("*.py"))
        if f'"{__version__}"' in path.read_text(encoding="utf-8")
    ]
    assert holders == ["__init__.py"]
    assert "## Unreleased" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
