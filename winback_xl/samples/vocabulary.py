"""Made-up firms and people: stems, trades and names by region, and how they become a company and a contact.

No place, firm or domain here is meant to exist. E-mail addresses end in ``.example`` and phone numbers lie
in the ranges that regulators keep free for fiction.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from itertools import product
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np

SELLER = "Fennmark Industrial Supply"
"""The distributor whose ledger this is."""


@dataclass(frozen=True, slots=True)
class Region:
    """One sales region with the words its firms and people are named from."""

    name: str
    share: float
    stems: tuple[str, ...]
    trades: tuple[str, ...]
    forms: tuple[str, ...]
    first_names: tuple[str, ...]
    last_names: tuple[str, ...]
    phone: str  # each # takes one digit


@dataclass(frozen=True, slots=True)
class Rep:
    """One sales rep, and who covered the territory before, if it changed hands."""

    name: str
    manager: str
    region: str
    limit: int
    contacts: int
    months: int
    predecessor: str = ""


def _words(text: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in text.split(","))


REGIONS = (
    Region(
        "DACH",
        0.34,
        _words(
            "Talwerder, Brünnhagen, Kleewald, Möhrfels, Grauenstett, Steinröder, Haslerau, Quellmoor, Rabenfurth, "
            "Sündermoos, Tannried, Ulmbacher, Vorderstein, Wäldrich, Zwirnau, Auenkamp, Dornwies, Eichgrund, Üxmoor, "
            "Jägerlohe, Kürnstein, Lerchenbrück, Nebelhorst, Öhrfeld"
        ),
        _words(
            "Fördertechnik, Papierwerke, Maschinenbau, Antriebstechnik, Metallbau, Verpackungen, Molkerei, "
            "Kunststofftechnik, Hydraulik, Gießerei"
        ),
        _words("GmbH, AG, GmbH & Co. KG"),
        _words(
            "Anneliese, Jörg, Emine, Matthias, Katarzyna, Günther, Sabine, Björn, Milena, Reto, Zoë, Çağla"
        ),
        _words(
            "Hübschmann, Özdemir, Kessler, Wójcik, Brändle, Löffler, Marković, Nägeli, Vogt, Schäfer, Petrović"
        ),
        "+49 30 23125 ###",
    ),
    Region(
        "France",
        0.22,
        _words(
            "Vaubrécy, Montérac, Clairsonne, Belfontenay, Rochelys, Saint-Érvan, Brévannoy, Courtelaine, Dampérac, "
            "Fontévry, Garonnelle, Hautecœur, Lormévan, Pontalier-Sud, Ravignac, Sermaize-Ouest, Thiérac, Valdoréen"
        ),
        _words(
            "Hydraulique, Emballages, Fonderies, Mécanique, Laiteries, Papeteries, Levage, Chaudronnerie, Céramiques, "
            "Automatismes"
        ),
        _words("SARL, SAS, SA"),
        _words(
            "Hélène, François, Aïcha, Benoît, Chloé, Thibault, Noémie, Jérôme, Inès, Mamadou, Agnès, Loïc"
        ),
        _words(
            "Lefèvre, Benkacem, Girard, Moreau, Diallo, Rousselot, Pâquet, Nguyên, Castanié, Barthès, Renaud"
        ),
        "+33 1 99 00 ## ##",
    ),
    Region(
        "Nordics",
        0.20,
        _words(
            "Ångvik, Björkhamra, Älvtorpa, Östmyra, Kråkmo, Lövhaga, Storvågen, Fjällmo, Grønnsund, Rødhavn, "
            "Skärlinge, Tjärnby, Hållnäset, Ræveskov, Søndermark, Väinölä, Järvikoski, Ymerfors"
        ),
        _words(
            "Marin, Trävaror, Verkstad, Pumpar, Industri, Lager & Logistik, Stål, Plåt, Maskin, Livsmedel"
        ),
        _words("AB, AS, A/S, Oy"),
        _words("Åsa, Søren, Linnéa, Mikkel, Ingrid, Pekka, Johanna, Bjørn, Fatima, Håkan, Signe, Aino"),
        _words(
            "Lindqvist, Sørensen, Nyström, Hämäläinen, Åkerlund, Mbeki-Holm, Ødegård, Bergström, Rahimi, Dahl"
        ),
        "+46 8 465 004 ##",
    ),
    Region(
        "UK & Ireland",
        0.24,
        _words(
            "Ashwickham, Harrowmere, Tregarrow, Kilbrannock, Ballymorrow, Thornlea, Oakhurstone, Cwmdaran, Glenharrick, "
            "Penwithall, Dunmorran, Fairsedge, Marlowick, Stonebeck, Wexcombe, Llanferris, Carrigmoy, Eastwolde"
        ),
        _words(
            "Engineering, Packaging, Foods, Bearings, Conveyors, Fabrication, Brewing, Plastics, Ceramics, Paper"
        ),
        _words("Ltd, plc, & Sons Ltd"),
        _words(
            "Siobhán, Nigel, Priya, Gareth, Oluwaseun, Fiona, Dafydd, Harriet, Ciarán, Yasmin, Rhys, Moira"
        ),
        _words(
            "O'Dálaigh, Patel, Whitcombe, Adeyemi, MacAllister, Prosser, Hussain, Tremayne, Okafor, Kavanagh"
        ),
        "+44 20 7946 0###",
    ),
)

REPS = (
    Rep("Birgit Rauscher", "Ulrike Sandmann", "DACH", 500, 10, 96),
    Rep("Cem Doğan", "Ulrike Sandmann", "DACH", 500, 10, 41),
    Rep("Margaux Delcourt", "Aled Pritchard", "France", 500, 12, 63),
    Rep("Henrik Sjölund", "Ulrike Sandmann", "Nordics", 750, 9, 128),
    Rep("Niamh Corrigan", "Aled Pritchard", "UK & Ireland", 500, 10, 34),
    Rep("Tobias Merryweather", "Aled Pritchard", "UK & Ireland", 250, 6, 4, predecessor="Desmond Attwell"),
)
"""Six reps of two managers; the last came four months ago and took over a territory."""

TITLES = _words(
    "Purchasing manager, Plant manager, Maintenance lead, Managing director, Buyer, Head of operations, "
    "Technical buyer, Workshop manager, Procurement officer"
)


def companies(region: Region, how_many: int, rng: np.random.Generator) -> list[tuple[str, str]]:
    """Return that many different names of firms in a region, each with the stem it was made from.

    Firms beyond the number of stems times trades are further sites of the first ones.
    """
    pairs = list(product(region.stems, region.trades))
    order = rng.permutation(len(pairs))
    made = []
    for place in range(how_many):
        site, place_in_round = divmod(place, len(pairs))
        stem, trade = pairs[order[place_in_round]]
        form = region.forms[place % len(region.forms)]
        made.append((f"{stem} {trade} {form}" + (f", site {site + 1}" if site else ""), stem))
    return made


def phone_number(region: Region, place: int) -> str:
    """Return the phone number of the account at that place in its region; numbers repeat only when they run out.

    >>> phone_number(REGIONS[0], 1)
    '+49 30 23125 054'
    """
    digits = region.phone.count("#")
    left = iter(f"{(37 * place + 17) % 10**digits:0{digits}d}")
    return "".join(next(left) if sign == "#" else sign for sign in region.phone)


_LIGATURES = str.maketrans("øØœæß", "oOeas")  # letters that have no accent to take off


def plain(text: str) -> str:
    """Return the text in lower-case ASCII letters and digits, as in a mail address.

    >>> plain("Jörg O'Dálaigh")
    'jorgodalaigh'
    """
    letters = unicodedata.normalize("NFKD", text.translate(_LIGATURES))
    return "".join(letter for letter in letters.lower() if letter.isascii() and letter.isalnum())
