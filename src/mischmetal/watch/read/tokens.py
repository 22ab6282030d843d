"""Text to tokens: numbers with their value, units, analytes, hole names and the words of the lexicon.

One pass over the text, longest phrase first; every token keeps the half-open range of characters that it
came from. The work grows with the length of the text, whatever is in it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from typing import Any

from mischmetal.watch.read import analytes, lexicon, numbers


@dataclass(frozen=True, slots=True)
class Token:
    """One token. `nl`: 0 same line, 1 a new line that may be a wrap, 2 a new item or paragraph."""

    kind: str  # number, unit, analyte, hole, word, punct or a kind of the lexicon
    text: str  # as printed
    name: str  # canonical: unit name, analyte name, lower-case phrase
    value: float  # numbers only, else 0
    start: int
    end: int
    nl: int
    indent: int  # columns before the first token of its line
    bullet: str  # bullet sign in front, on the first token of an item


# same-length replacements, so that positions stay those of the text
_SAME = {0xFF0B: "+", 0xFF0D: "-", 0xFF05: "%", 0xFF20: "@", 0xFF1A: ":", 0xFF08: "(", 0xFF09: ")", 0xFF0C: ",", 0xFF1B: ";",
         0xFF0E: ".", 0x2010: "-", 0x2011: "-", 0x2212: "-", 0x3001: ",", 0x3002: ".", 0x00A0: " ", 0x2009: " ", 0x202F: " ",
         0x00AD: "-", 0x200B: " ", 0xFEFF: " ", 0x2080: "0", 0xFF0F: "/", 0x2044: "/", 0x3000: " ", 0x0009: " "}  # fmt: skip
_SAME |= {0xFF10 + d: str(d) for d in range(10)} | {0x2080 + d: str(d) for d in range(10)}
_SAME |= {0xFF21 + d: chr(65 + d) for d in range(26)} | {0xFF41 + d: chr(97 + d) for d in range(26)}
_SAME_NUMBER_GAP = {0x00A0, 0x2009, 0x202F}

_BULLETS = "•·▪●○◦‣§►➢✓❖■□▶⮚➤*\uf0b7\uf0a7\u2219\u2043"
_RUN = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿ0-9_]+(?:[-_/.'’–][A-Za-zÀ-ÖØ-öø-ÿ0-9_]+)*")
_WORD = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿμ][A-Za-zÀ-ÖØ-öø-ÿ0-9]*")
_HOLE = re.compile(
    r"(?:[A-Z]{1,10}[a-z]{0,3}[-_]?\d{1,6}[A-Za-z]{0,3}\d{0,6}[A-Z]{0,2}(?:[-_/][A-Z]{0,6}\d{0,6}[A-Za-z]{0,4}\d{0,3}){0,3}"
    r"|[A-Z]{1,8}(?:[-_][A-Z]{1,8}){1,2}[-_]?\d{1,6}[A-Z]{0,3}(?:[-_][A-Z]{0,4}\d{1,6}[A-Z]?){0,3}"
    r"|\d{1,4}[-_]?[A-Z]{1,10}[-_]?\d{1,6}[A-Za-z]{0,3}\d{0,3}(?:[-_][A-Z]{0,6}\d{0,6}[A-Z]{0,3}){0,3}"
    r"|\d{2,4}[-_]\d{1,2}[-_]\d{2,4}[A-Z]?)"
)
_DASHED = re.compile(r"[A-Z]{1,6}\d{2}–\d{2,4}[A-Z]?")
# standards, dates, datums, core sizes, and tenements written without a hyphen
_NOT_HOLE = re.compile(
    r"(?:JORC|NI|ISO|FY|CY|COVID|MGA|GDA|WGS|UTM|AMG|HQ|NQ|PQ|BQ|CO|SO|GEN|VER|PART|NOTE|TABLE|FIG|AUD|USD|CAD|EUR|IOCG|"
    r"ASTM|ICP|PHASE|STAGE|XRF|AAS|IRR|NPV|TSX|ASX|LSE|REV|Rev|Zone|Fig|Table)[-_]?\d{1,4}(?:[-_]\d{1,5})*[a-z]?"
    r"|(?:EL|ELA|E|M|P|L|PL|ML|EPM|MC|R|G|T|A|Q|H|US|AU|RM|WA|NSW|AS|ME|FA|LM|CP|RL|EM|IP)\d{1,4}[a-zA-Z]?|\d{1,2}(?:H|Q)\d{2,4}|\d{4}E"
)
_SENTENCE_MARKS = ".;!?"
_MAX_PHRASE = 6
# the word in front of what is glued to it: from12, Equivalent1, tAu (of g/tAu)
_GLUED = re.compile(r"[^\W\d_]{4,}(?=\d)|[a-z]{1,3}(?=[A-Z])")
_SPACED = re.compile(
    r"\d{1,3}(?: \d{3})+(?=\s?(?:ppm|ppb|tonnes|tonnen|tonnellate|toneladas|t\b|oz|ounces|kg|m\b|metres))"
)
_FOOTNOTE = re.compile(r"\d{1,2}(?![\w.,]|[.,]\d)|\d(?=[.,;)](?:\s|$))")
_FOOTNOTED = frozenset(
    {"analyte", "resource", "target", "cutoff", "truewidth", "inferred", "indicated", "measured"}
)


@cache
def _trie() -> dict[str, object]:
    """Phrases as a trie over their pieces; the empty key holds (kind, value)."""
    root: dict[str, object] = {}
    for phrase, entry in lexicon.build().items():
        node = root
        for piece in _pieces(phrase):
            node = node.setdefault(piece, {})  # type: ignore[assignment]
        node.setdefault("", entry)
    return root


_PIECE = re.compile(r"[A-Za-zÀ-ÖØ-öø-ÿμ0-9]+|[\u4e00-\u9fff]|[^\sA-Za-zÀ-ÖØ-öø-ÿ0-9]")


def _pieces(phrase: str) -> list[str]:
    return _PIECE.findall(phrase.lower())


def fold(text: str) -> str:
    """The text with full-width signs and odd spaces as plain ones, every character at its place."""
    return text.translate(_SAME)


def tokenise(text: str) -> list[Token]:
    """All tokens of `text`, in order.

    >>> [t.kind for t in tokenise("12.5m @ 3.2g/t Au")]
    ['number', 'metre', 'at', 'number', 'unit', 'analyte']
    """
    return _Scanner(text).run()


class _Scanner:
    """The state of one pass: place, line break to hand to the next token, bullet seen."""

    def __init__(self, text: str) -> None:
        self.raw = text
        self.text = fold(text)
        self.mark = numbers.decimal_mark(self.text)
        self.at = 0
        self.nl = 2
        self.indent = 0
        self.bullet = ""
        self.out: list[Token] = []

    def run(self) -> list[Token]:
        text, size = self.text, len(self.text)
        while self.at < size and text[self.at] in " \t":
            self.at += 1
        self.indent = self.at
        self._line_start()
        while self.at < size:
            char = text[self.at]
            if char in "\n\r\f\v\u2028\u2029\x85":
                self._newline()
            elif char.isspace():
                self.at += 1
            elif char.isdecimal() and char.isascii():
                self._digits()
            elif char.isalpha():
                self._letters()
            else:
                self._sign(char)
        return self.out

    def _emit(self, kind: str, name: str, start: int, end: int, value: float = 0.0) -> None:
        token = Token(kind, self.raw[start:end], name, value, start, end, self.nl, self.indent, self.bullet)
        self.out.append(token)
        self.nl, self.bullet, self.at = 0, "", end

    def _newline(self) -> None:
        breaks = 0
        size = len(self.text)
        while self.at < size and (self.text[self.at].isspace() or self.text[self.at] in "\x85"):
            if self.text[self.at] == "\n" or (
                self.text[self.at] == "\r" and self.text[self.at : self.at + 2] != "\r\n"
            ):
                breaks += 1
                self._after = self.at + 1
            elif self.text[self.at] in "\f\v\u2028\u2029\x85":
                breaks += 2
                self._after = self.at + 1
            self.at += 1
        self.nl = max(self.nl, 2 if breaks > 1 else 1)
        self.indent = self.at - getattr(self, "_after", self.at)
        self._line_start()

    def _line_start(self) -> None:
        """A bullet at the start of a line makes it an item of its own."""
        two = self.text[self.at : self.at + 2]
        if not two:
            return
        spaced = len(two) == 1 or two[1].isspace()
        if (
            two[0] in _BULLETS
            or (two[0] in "-–—o" and spaced)
            or (two[0] in "-–—" and len(two) > 1 and (two[1].isalnum()))
        ):
            self.bullet = two[0]
            self.nl = 2
            self.at += 1

    def _digits(self) -> None:
        text, at = self.text, self.at
        run = _RUN.match(text, at)
        if run is not None and (hole := self._hole(run.group())):
            self._emit("hole", hole, at, at + len(hole))
            return
        if self._named(at):
            return
        # spaces that group digits were folded to plain ones: look at the printed text
        printed = numbers.NUMBER.match(self.raw, at) or numbers.NUMBER.match(text, at)
        assert printed is not None
        spaced = _SPACED.match(text, at)
        if spaced is not None and not (self.out and self.out[-1].kind == "number"):
            self._emit(
                "number", spaced.group(), at, spaced.end(), float(spaced.group().replace(" ", "")[:30])
            )
            return
        value, used = numbers.parse(printed.group(), self.mark)
        self._emit("number", self.text[at : at + used], at, at + used, value)

    def _named(self, at: int) -> bool:
        """Names that start with a digit: 3E, 2PGE, 4E."""
        run = _WORD.match(self.text, at + 1)
        word = self.text[at : at + 1] + (run.group() if run else "")
        if word.upper() in {"3E", "4E", "2E", "6E", "2PGE", "3PGE"} and run is not None:
            self._emit("analyte", analytes.SPELLINGS[word.lower()], at, at + len(word))
            return True
        return False

    def _letters(self) -> None:
        text, at = self.text, self.at
        spelled = numbers.SPELLED.match(text, at)
        if spelled is not None:
            word = spelled.group().lower()
            self._emit("number", word, at, spelled.end(), numbers.WORDS[word])
            return
        run = _RUN.match(text, at)
        if run is not None:
            whole = run.group()
            if self._compound(whole, at):
                return
            if hole := self._hole(whole):
                self._emit("hole", hole, at, at + len(hole))
                return
        if self._phrase(at):
            return
        found = _WORD.match(text, at)
        if found is None:
            self._emit("word", text[at].lower(), at, at + 1)
            return
        self._word(found.group(), at)

    def _compound(self, whole: str, at: int) -> bool:
        """Names with a sign inside: TREO-CeO2, Nd-Pr, cut-off is left to the phrases."""
        if "-" not in whole and "_" not in whole:
            return False
        name = analytes.SPELLINGS.get(whole.lower())
        if name is None and (whole.lower().endswith(("-eq", "_eq")) or whole.lower().startswith("eq-")):
            name = analytes.symbol(whole)
        if name is None:
            return False
        self._emit("analyte", name, at, at + len(whole))
        return True

    def _word(self, word: str, at: int) -> None:
        name = analytes.symbol(word)
        if name is not None:
            self._emit("analyte", name, at, at + len(word))
            return
        stem = word.rstrip("0123456789")
        if len(stem) >= (3 if stem.isupper() else 4) and stem != word:
            entry = _lookup([stem.lower()])
            if entry is not None:
                self._emit(entry[0], entry[1], at, at + len(word))
                return
        self._emit("word", word.lower(), at, at + len(word))

    def _phrase(self, at: int) -> bool:
        """The longest phrase of the lexicon that starts here; single symbols in their own case win."""
        node = _trie()
        place = at
        best: tuple[int, Any] | None = None
        text = self.text
        for _ in range(_MAX_PHRASE * 2):
            piece = _PIECE.match(text, place)
            if piece is None:
                break
            word = piece.group().lower()
            if word not in node and (glued := _GLUED.match(piece.group())):
                word = glued.group().lower()
            if word not in node:
                break
            node = node[word]  # type: ignore[assignment]
            place += len(word)
            if "" in node and not _cut_word(text, place):
                best = (place, node[""])
            # a phrase may run over single spaces, a hyphen, one wrapped line
            gap = place
            while gap < len(text) and gap - place < 6 and text[gap] in " \n\r":
                gap += 1
            if text[place:gap].count("\n") > 1 or place < piece.end():
                break
            place = gap
        if best is None:
            return False
        end, entry = best
        kind: str = entry[0]
        value: str = entry[1]
        if kind in _FOOTNOTED and (note := _FOOTNOTE.match(text, end)):
            end = note.end()
        printed = text[at:end]
        if (
            len(printed) <= 2
            and printed.isascii()
            and printed.isalpha()
            and printed in analytes.SYMBOLS
            and printed not in {"In"}
        ):
            self._emit("analyte", printed, at, end)
            return True
        if kind in {"kt", "mt", "bt", "tonne"} and printed in {"BT", "MT "}:
            return False
        self._emit(kind, value, at, end)
        return True

    def _hole(self, run: str) -> str:
        """The hole name that the run of letters, digits and hyphens is, or ""."""
        while run and run[-1] in "-_/.'’":
            run = run[:-1]
        if _DASHED.fullmatch(run):
            return run  # CV23–199
        for sign in (".", "/", "'", "’", "–"):
            run = run.split(sign, 1)[0]
        if (
            len(run) < 3
            or len(run) > 40
            or not any(c.isdigit() for c in run)
            or not any(c.isalpha() for c in run)
        ):
            return ""
        if _HOLE.fullmatch(run) is None or _NOT_HOLE.fullmatch(run) or analytes.symbol(run) is not None:
            return ""
        stem = run.split("-", 1)[0]
        if run[0].isdigit() and _measure(run):
            return ""
        if "_" in run and analytes.symbol(run.split("_", 1)[0]) is not None:
            return ""  # U3O8_ppm, a column's name
        digits = sum(c.isdigit() for c in run)
        if digits < 2 and "-" not in run:
            return ""
        if (
            "-" in run
            and not run[0].isdigit()
            and analytes.symbol(stem) is not None
            and stem.lower() not in {"nd", "pr"}
        ):
            # Au-123 could be a hole, Zn-Pb2 could not
            return run if digits >= 2 else ""
        return run

    def _sign(self, char: str) -> None:
        at = self.at
        if char in "([" and self.text[at + 1 : at + 2].isdigit() and self.text[at + 2 : at + 3] in ")]":
            self.at += 3  # a footnote mark
            return
        if char in "\u00b9\u00b2\u00b3\u2070\u2074\u2075\u2076\u2077\u2078\u2079^†‡®™*" + "\u02c6":
            self.at += 1
            return
        if char in _BULLETS:
            self.nl, self.bullet = 2, char
            self.at += 1
            return
        if self._phrase(at):
            return
        kind = "stop" if char in _SENTENCE_MARKS else "punct"
        self._emit(kind, "-" if char in "–—" else char, at, at + 1)


def _measure(run: str) -> bool:
    """Whether a run such as `10M` or `5KM2` is a number with a unit glued to it."""
    letters = run.lstrip("0123456789")
    return letters.lower() in {"m", "mt", "km", "kt", "g", "t", "ppm", "km2", "m2", "m3", "moz", "koz", "oz"}


def _lookup(pieces: list[str]) -> tuple[str, str] | None:
    node: dict[str, object] = _trie()
    for piece in pieces:
        if piece not in node:
            return None
        node = node[piece]  # type: ignore[assignment]
    entry = node.get("")
    return entry if entry is None else (entry[0], entry[1])  # type: ignore[index]


def _cut_word(text: str, place: int) -> bool:
    """Whether stopping at `place` would cut a word in two."""
    if place >= len(text):
        return False
    before, after = text[place - 1], text[place]
    if not (before.isalnum() and after.isalnum()):
        return False
    if "\u4e00" <= before <= "\u9fff" or "\u4e00" <= after <= "\u9fff":
        return False
    if before.islower() and after.isupper():
        return False
    # a number or a footnote glued to a word: from12 m, Equivalent1
    return not (after.isdigit() and text[max(0, place - 4) : place].isalpha() and place >= 4)
