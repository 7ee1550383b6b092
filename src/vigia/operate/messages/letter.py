"""A message to a person: what it says, once, and from that as plain text and as HTML, equal in content.

The HTML loads nothing, has its styles in place, and is one column that fits a phone. What was written by others is
escaped.
"""

from dataclasses import dataclass
from html import escape

from vigia.vocabulary import Language

GRADES = {"critical": "#b3261e", "high": "#a84300", "medium": "#75590a", "low": "#4a5568"}
"""Colours of severities on white; each is also said in words."""
PLAIN = "#4a5568"
FONT = "font-family:-apple-system,'Segoe UI',Roboto,Helvetica,Arial,sans-serif"


@dataclass(frozen=True)
class Item:
    """One line: what it is about, how grave it is (name and words; empty = nothing said), the rest, and a link."""

    title: str
    said: str
    grade: str = ""
    grade_words: str = ""
    link: str = ""


@dataclass(frozen=True)
class Section:
    """Lines below a title; `note` is said before them, `more` after them."""

    title: str
    items: tuple[Item, ...]
    note: str = ""
    more: str = ""


@dataclass(frozen=True)
class Letter:
    """A message.

    Attributes:
        language: of the words.
        subject: in the list of messages.
        heading: at its top.
        lead: first sentences.
        facts: pairs of a name and what is said of it.
        sections: lists.
        board: words and address of the link that comes last; empty = there is none.
        footer: last sentence.
        unsubscribe: words and address of the link that ends it; empty = there is none.
    """

    language: Language
    subject: str
    heading: str
    lead: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    sections: tuple[Section, ...]
    board: tuple[str, str]
    footer: str
    unsubscribe: tuple[str, str]


def text_of(letter: Letter) -> str:
    """As plain text."""
    parts = [letter.heading, "\n".join(letter.lead), "\n".join(f"{name}: {said}" for name, said in letter.facts)]
    for section in letter.sections:
        lines = [section.title.upper(), *([section.note] if section.note else [])]
        for item in section.items:
            grade = f" [{item.grade_words}]" if item.grade_words else ""
            lines.append(f"- {item.title}{grade}{': ' if item.said else ''}{item.said}")
            lines += [f"  {item.link}"] if item.link else []
        parts.append("\n".join([*lines, *([section.more] if section.more else [])]))
    parts += _linked(letter.board)
    parts.append("\n".join(["-- ", letter.footer, *_linked(letter.unsubscribe)]))
    return "\n\n".join(part for part in parts if part) + "\n"


def html_of(letter: Letter) -> str:
    """As HTML."""
    body = [
        f'<h1 style="margin:0 0 12px;font-size:20px;line-height:1.3">{_said(letter.heading)}</h1>',
        *(f'<p style="margin:0 0 8px">{_said(sentence)}</p>' for sentence in letter.lead),
        _facts(letter.facts),
        *(_section(section) for section in letter.sections),
        _button(*letter.board),
        f'<p style="margin:24px 0 0;padding-top:12px;border-top:1px solid #d5dae1;font-size:13px;color:{PLAIN}">'
        f"{_said(letter.footer)}{_last(*letter.unsubscribe)}</p>",
    ]
    return (
        f'<!DOCTYPE html>\n<html lang="{letter.language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f'<meta name="color-scheme" content="light"><title>{_said(letter.subject)}</title></head>\n'
        f'<body style="margin:0;padding:0;background:#eef1f5;color:#1a202c;font-size:15px;line-height:1.45;{FONT}">'
        '<div style="max-width:640px;margin:0 auto;padding:20px 16px;background:#ffffff;overflow-wrap:anywhere">\n'
        + "\n".join(part for part in body if part)
        + "\n</div></body></html>\n"
    )


def _linked(link: tuple[str, str]) -> list[str]:
    words, address = link
    return [f"{words}: {address}"] if address else []


def _facts(facts: tuple[tuple[str, str], ...]) -> str:
    rows = "".join(f'<div style="margin:0 0 4px"><b>{_said(name)}:</b> {_said(said)}</div>' for name, said in facts)
    return f'<div style="margin:12px 0;padding:12px;background:#f5f7fa;border-radius:6px">{rows}</div>' if rows else ""


def _section(section: Section) -> str:
    note = f'<p style="margin:0 0 8px;font-size:13px;color:{PLAIN}">{_said(section.note)}</p>' if section.note else ""
    more = f'<p style="margin:8px 0 0">{_said(section.more)}</p>' if section.more else ""
    title = f'<h2 style="margin:24px 0 8px;font-size:16px;line-height:1.3">{_said(section.title)}</h2>'
    return title + note + "\n".join(_item(item) for item in section.items) + more


def _item(item: Item) -> str:
    colour = GRADES.get(item.grade, PLAIN)
    title = _said(item.title)
    if item.link:
        title = f'<a href="{_said(item.link)}" style="color:#0b57a4;padding:4px 0">{title}</a>'
    if item.grade_words:
        title += f' <span style="font-size:13px;color:{colour}">[{_said(item.grade_words)}]</span>'
    return (
        f'<div style="margin:0 0 10px;padding:2px 0 2px 10px;border-left:4px solid {colour}">'
        f'<div style="font-weight:600">{title}</div><div>{_said(item.said)}</div></div>'
    )


def _button(words: str, address: str) -> str:
    style = "display:inline-block;padding:12px 18px;background:#0b57a4;color:#ffffff;border-radius:6px"
    link = f'<a href="{_said(address)}" style="{style};text-decoration:none">{_said(words)}</a>'
    return f'<p style="margin:24px 0 0">{link}</p>' if address else ""


def _last(words: str, address: str) -> str:
    return f'<br><a href="{_said(address)}" style="color:{PLAIN}">{_said(words)}</a>' if address else ""


def _said(text: str) -> str:
    return escape(text, quote=True)
