"""What is installed with us may be used in a company: no copyleft, nothing to buy."""

from __future__ import annotations

import importlib.metadata
import re

import pytest
from packaging.requirements import Requirement

ALLOWED = {
    "MIT", "BSD-2-Clause", "BSD-3-Clause", "BSD 3-clause", "BSD License", "MIT License", "Apache-2.0", "0BSD", "Zlib",
    "CC0-1.0", "PSF-2.0", "Apache Software License", "Python Software Foundation License",
}  # fmt: skip


def installed(name, found):
    """Collect a distribution and all that comes with it, without extras."""
    found[name] = distribution = importlib.metadata.distribution(name)
    for line in distribution.requires or ():
        needed = Requirement(line)
        key = re.sub(r"[-_.]+", "-", needed.name).lower()
        if key not in found and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
            installed(key, found)
    return found


def licences(distribution):
    """Return what a distribution says of itself: an expression, else its classifiers, else a short text."""
    about = distribution.metadata
    if about.get("License-Expression"):
        return set(re.split(r" (?:AND|OR) ", about["License-Expression"].replace("(", "").replace(")", "")))
    told = [
        line.rpartition(" :: ")[2]
        for line in about.get_all("Classifier", [])
        if line.startswith("License ::")
    ]
    return set(told) or {(about.get("License") or "").strip()}


DEFAULT = installed("winback-xl", {})


@pytest.mark.parametrize("name", sorted(DEFAULT))
def test_all_that_is_installed_with_us_may_be_used_in_a_company(name):
    found = licences(DEFAULT[name])
    assert found
    assert found <= ALLOWED


def test_a_licence_that_a_company_cannot_take_would_be_seen():
    assert not {"GPL-3.0-only"} <= ALLOWED
    assert len(DEFAULT) > 8
