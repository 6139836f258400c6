"""The lint of a letter: what a customer who was hurt will hold against it, and what it fails to say."""

from __future__ import annotations

import re
from typing import NamedTuple

Finding = tuple[str, str]
"""The phrase to change, and why; the phrase is in brackets where something is missing."""


class Group(NamedTuple):
    """Phrases that fail a letter for the same reason."""

    name: str
    why: str
    phrases: tuple[str, ...]


GROUPS: tuple[Group, ...] = (
    Group(
        "blame",
        "It blames somebody else. Take responsibility: say 'we' or 'I', and what you did wrong (articles 000, 001, 004).",
        (
            r"our suppliers?", r"(?:the|a) suppliers?", r"(?:our|the) shipping (?:department|dept\.?|team|company)", r"shipping dep(?:artmen)?t\.?",
            r"(?:our|the|a) (?:warehouse|carrier|courier|forwarder|haulier|subcontractor|contractor|vendor|factory|logistics (?:partner|provider))",
            r"(?:our|the) (?:service|support|billing|accounts|production) (?:department|dept\.?|team)", r"the post office", r"customs",
            r"acts? of god", r"force majeure", r"(?:the )?weather", r"(?:a|the) strike", r"the computer", r"(?:a|the) (?:system|software|computer) (?:error|glitch|failure)",
            r"not our fault", r"(?:beyond|outside|out of) our control", r"no fault of ours", r"not responsible", r"third part(?:y|ies)",
            r"(?:you|your (?:team|people|staff)) (?:failed to|should have|did not|didn't|forgot to|misunderstood)",
            r"misunderstandings?", r"circumstances", r"mistakes were made", r"errors occurred", r"things went wrong",
        ),
    ),
    Group(
        "excuse",
        "After an apology, this takes it back. End the sentence before it (article 000).",
        (r"(?:sorry|apologi[sz]e|apolog(?:y|ies)|regret)[^.!?\n]{0,80}?[,;]? (?:but|however)\b",),
    ),
    Group(
        "insincere",
        "It sounds insincere. Say what happened to them, and that you are sorry for it (article 001).",
        (
            r"any inconvenience", r"the inconvenience", r"inconvenienced?", r"if you (?:feel|felt|were|are|have been)[^.!?\n]{0,40}", r"if (?:we|i)(?: have)? (?:offended|upset|caused|disappointed)",
            r"(?:sorry|regret) that you feel", r"you may have experienced", r"your (?:call|business|feedback|satisfaction) is (?:very )?important",
            r"valued customer", r"we value your (?:business|custom|feedback)", r"take (?:this|it|your \w+|complaints|such matters) (?:very |extremely )?seriously",
            r"we pride ourselves", r"world[- ]class", r"as you know", r"with all due respect", r"to be honest", r"honest mistake", r"thank you for your patience",
        ),
    ),
    Group(
        "vague",
        "This is vague. Say who does what, and by when (article 001).",
        (
            r"as soon as possible", r"asap", r"in due course", r"shortly", r"soon", r"at (?:your|the) earliest convenience", r"in (?:the )?near future", r"going forward",
            r"(?:do|doing|did) (?:our|my) (?:very )?best", r"(?:do|doing) everything (?:we|i) can", r"whatever it takes", r"look(?:ing)? into (?:it|this|the matter)", r"steps (?:are being|have been|were) taken",
            r"tak(?:e|en|ing) (?:appropriate|the necessary|all necessary) (?:steps|measures|action)", r"measures (?:are being|have been|were) taken", r"try(?:ing)? (?:hard |harder )?to (?:improve|do better|avoid)",
            r"(?:will|shall) (?:try|strive|endeavou?r)", r"strive to", r"make every effort", r"every effort", r"(?:hope|hopefully)\b[^.!?\n]{0,30}\b(?:again|better|improve\w*)", r"improve our processes", r"never happen again",
        ),
    ),
    Group(
        "asking back",
        "Do not say that you want them back: say what changed, and thank them for it (article 003).",
        (
            r"(?:want|wants|wanted|like|love|wish|hope|hoping|eager|keen|happy|glad|delighted)(?: very much)?(?: to)?(?: have| get| win| see| welcome| earn)?(?: all of)? (?:you|your (?:business|custom|orders?|account|trust))(?: to)?(?: come| return)? back",
            r"want you back", r"win(?:ning)? (?:you|your (?:business|custom|trust)) back", r"win back (?:you|your (?:business|custom|trust))", r"(?:get|have|see|earn|welcome) (?:you|your (?:business|custom)) back",
            r"come back to us", r"(?:please |do )(?:come back|return to us)", r"return as (?:a|our) customer", r"(?:regain|win|earn) back your (?:business|trust|custom)", r"regain your (?:business|custom)",
            r"give us (?:another|a second|one more) (?:chance|try)", r"another chance", r"second chance", r"(?:order|buy|do business) (?:with|from) us again", r"(?:have|earn) your (?:business|custom) again",
            r"reconsider your (?:decision|choice)",
        ),
    ),
    Group(
        "promise",
        "A letter may not promise a better relationship than before: a recovery does not prove a stronger one (de Matos 2007).",
        (r"stronger than (?:ever|before)", r"better than (?:ever|before)", r"(?:100|one hundred) ?(?:%|per ?cent) (?:satisfied|satisfaction|guaranteed?)"),
    ),
)  # fmt: skip
"""What fails a letter, as patterns of whole words."""

NO_CHANGE: Finding = (
    "[what changed]",
    "The letter names no change. Say exactly what is different now, such as 'we have moved your orders to the 6 o'clock truck' (article 003).",
)
NO_DATE: Finding = (
    "[date]",
    "The letter names no date. Say since when the change applies, or from when it will, such as 2026-11-22 (articles 001, 003).",
)
NOTHING: Finding = ("[text]", "There is no letter.")  # fmt: skip
GAP_WHY = "A blank is not filled in. Fill it in, or delete the sentence."

_GROUP_PATTERN = [
    re.compile(r"(?<![\w])(?:" + "|".join(group.phrases) + r")(?![\w])", re.IGNORECASE) for group in GROUPS
]
_GAP = re.compile(r"\[[^\]\n]{1,120}\]|<<[^>\n]{1,60}>>|\{[a-z_ ]{1,40}\}|\bX{3,}\b|\bTBD\b", re.IGNORECASE)
_QUOTED = re.compile("\u201c[^\u201d]*\u201d")
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_DATE = re.compile(
    r"\b\d{4}-\d{2}-\d{2}\b|\b\d{1,2}[./]\d{1,2}[./]\d{2,4}\b"
    rf"|\b\d{{1,2}}(?:st|nd|rd|th)?(?: of)? {_MONTH}\b|\b{_MONTH}\.? \d{{1,2}}(?:st|nd|rd|th)?\b",
    re.IGNORECASE,
)
_CHANGED = re.compile(
    r"\b(?:(?:we|i)(?:'ve| have)?(?: now| already| since)? (?:chang|mov|replac|add|hir|train|mend|repair|rewr|switch|appoint|assign|doubl|introduc|install|cancel|correct|adjust|extend|remov|dropp|lower|rais|put|set|stopp|start|bought|built|wrote|made|gave|named|fixed)\w*"
    r"|(?:has|have|was|were) (?:now )?(?:been )?(?:changed|moved|replaced|added|trained|mended|repaired|rewritten|switched|assigned|doubled|introduced|installed|corrected|adjusted|extended|removed|fixed|put)"
    r"|from now on|no longer|what (?:has )?changed|the change|instead of|is now|are now|now (?:has|have|go|get|ship|check|call|answer|leave|come|\w{3,}s))\b",
    re.IGNORECASE,
)


# "We changed the carrier on 10 May" and "our warehouse now scans every pallet" name the change that article 003 asks for.
# A clause in between ("we changed the label after the carrier lost it") ends the change, so the blame stands.
_OF_THE_CHANGE = re.compile(
    r"\b(?:we|i)(?:'ve| have)?(?: now| already| since| also)? "
    r"(?:chang|mov|replac|add|hir|train|retrain|repair|switch|appoint|assign|doubl|introduc|install|correct|adjust|extend|remov|dropp"
    r"|put|set|stopp|start|bought|built|rebuilt|made|gave|named|fixed|brief|instruct|agreed)\w*"
    r"(?:(?!\b(?:after|because|since|when|while|but|who|which|that|as|due|although|where|until|before|if)\b)[^.!?;:\n]){0,60}$",
    re.IGNORECASE,
)
_IS_CHANGED = re.compile(
    r"^(?: team| staff| people)? (?:now\b|(?:has|have|was|were|is|are) (?:now |since )?(?:been )?"
    r"(?:chang|mov|replac|add|train|retrain|repair|switch|assign|doubl|correct|adjust|extend|remov|fixed|rebuilt|new)\w*)",
    re.IGNORECASE,
)


# "Since 1 October every pallet is scanned before it leaves the warehouse": what is done from a day on, with no failure in it.
_FROM_A_DAY_ON = re.compile(
    rf"\b(?:(?:since|from|as of|starting|effective)\b[^.!?;\n]{{0,12}}?(?:\d|{_MONTH})|from now on|from today|now|today)\b",
    re.IGNORECASE,
)
_FAILS = re.compile(
    r"\b(?:because|due to|owing to|blam\w*|caus\w+|fault\w*|fail\w*|late|delay\w*|lost|los\w+|miss\w*|wrong\w*|broke\w*|damag\w+"
    r"|error\w*|forg\w+|strike|short\w*|out of|problem\w*|trouble\w*|issue\w*|unable|could not|couldn't|did not|didn't|unfortunately)\b",
    re.IGNORECASE,
)
_A_PARTY = re.compile(r"(?:our|the|a|shipping|customs)\b", re.IGNORECASE)
_SENTENCE_ENDS = re.compile(r"[.!?](?:\s|$)|\n")


def _names_the_change(text: str, start: int, stop: int) -> bool:
    """Return whether a phrase that could blame somebody only describes a change."""
    if _OF_THE_CHANGE.search(text[:start]) or _IS_CHANGED.search(text[stop:]):
        return True
    if not _A_PARTY.match(text[start:stop]):
        return False
    begin = max((found.end() for found in _SENTENCE_ENDS.finditer(text, 0, start)), default=0)
    ended = _SENTENCE_ENDS.search(text, stop)
    sentence = text[begin : ended.start() if ended else len(text)]
    return bool(_FROM_A_DAY_ON.search(sentence)) and not _FAILS.search(sentence)


def lint(text: str, *, names_change: bool = True) -> list[Finding]:
    """Return each phrase of a letter that should be changed, and why.

    Parameters
    ----------
    text : str
        The letter. What is between typographic quotation marks are the customer's own words, and passes.
    names_change : bool
        Whether it must name a change and a day; a farewell or a question need not.

    Returns
    -------
    list of (phrase, why)
        In order of appearance: words that blame others, excuses, insincere and vague words, asking the customer
        back, promises nobody can keep, and blanks left open; then what is missing: a change, a date. Empty when
        there is nothing to change.

    References
    ----------
    Articles 000, 001 and 004 (own it; no shipping department, supplier or act of God), 001 (insincerity is spotted;
    vague assurances are vague), 003 (say exactly what changed; do not say that you want them back).

    Examples
    --------
    >>> [phrase for phrase, _ in lint("Sorry for any inconvenience. Our supplier failed us. We want you back!")]
    ['any inconvenience', 'Our supplier', 'want you back', '[what changed]', '[date]']
    """
    if not text.strip():
        return [NOTHING]
    plain = _QUOTED.sub(lambda found: " " * len(found[0]), re.sub("[\u2018\u2019]", "'", text))
    hits: list[tuple[int, int, str]] = [(*found.span(), GAP_WHY) for found in _GAP.finditer(plain)]
    for group, pattern in zip(GROUPS, _GROUP_PATTERN, strict=True):
        hits += [
            (*found.span(), group.why)
            for found in pattern.finditer(plain)
            if group.name != "blame" or not _names_the_change(plain, *found.span())
        ]
    listed: list[Finding] = []
    end = -1
    for start, stop, why in sorted(hits, key=lambda hit: (hit[0], -hit[1])):
        if start < end:
            continue  # a longer phrase that contains this one is already reported
        end = stop
        listed.append((" ".join(plain[start:stop].split()), why))
    if names_change and not _CHANGED.search(plain):
        listed.append(NO_CHANGE)
    if names_change and not _DATE.search(plain):
        listed.append(NO_DATE)
    return list(dict.fromkeys(listed))
