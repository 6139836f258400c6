"""Calculate formulas for LibreOffice Calc, in a process of our own.

LibreOffice brings a Python of its own, of its own version, into which numpy and pandas of another cannot be loaded.
So its extension starts ``python -P -m winback_xl.calc.worker`` with the Python that has this package, and the two talk
over pipes: each message is eight bytes of length and JSON in ASCII. -P keeps the folder of a document that somebody
sent out of the places to import from.

A request is (formula, arguments); the answer ("value", cell or rows), or ("error", error value, message). The first
answer is ("ready", version).
"""

from __future__ import annotations

import json
import os
import struct
import sys
from typing import IO, TYPE_CHECKING, Any

from winback_xl.errors import WinbackError
from winback_xl.excel.formulas import convert, functions, hosts, runtime
from winback_xl.excel.formulas.catalogue import FORMULAS

if TYPE_CHECKING:
    from collections.abc import Sequence

_LENGTH = struct.Struct("<Q")


def answer(name: str, arguments: Sequence[Any]) -> tuple[Any, ...]:
    """Calculate one formula.

    Parameters
    ----------
    name : str
        As typed in a cell.
    arguments : sequence
        Cells, and ranges as rows of cells; None for a blank cell or a left out argument.

    Returns
    -------
    tuple
        ("value", cell or tuple of rows), or ("error", Excel's name of the error value, message).
    """
    if name not in FORMULAS:
        return "error", "#NAME?", f"The extension and the package differ: there is no formula {name} here."
    try:
        found = runtime.evaluate(getattr(functions, name), tuple(arguments), hosts.CALC)
    except WinbackError as error:
        return "error", error.excel_error, convert.message(error)
    except Exception as fault:  # noqa: BLE001 - whatever it is, Calc must get an answer
        return "error", "#VALUE!", f"{name} failed: {type(fault).__name__}: {fault}."
    return "value", tuple(map(tuple, found)) if isinstance(found, list) else found


def serve(requests: IO[bytes], answers: IO[bytes]) -> None:
    """Answer requests until the other end closes its pipe."""
    send(answers, ("ready", functions.WINBACK_VERSION()))
    while (request := receive(requests)) is not None:
        send(answers, answer(*request))


def send(pipe: IO[bytes], message: Any) -> None:
    """Write one message."""
    content = json.dumps(message).encode("ascii")
    pipe.write(_LENGTH.pack(len(content)))
    pipe.write(content)
    pipe.flush()


def receive(pipe: IO[bytes]) -> Any:
    """Read one message; None when the pipe is closed."""
    head = pipe.read(_LENGTH.size)
    if len(head) < _LENGTH.size:
        return None
    return _tuples(json.loads(pipe.read(_LENGTH.unpack(head)[0])))


def _tuples(message: Any) -> Any:
    """Return a message with tuples for lists, as Calc hands over rows of cells."""
    return tuple(map(_tuples, message)) if isinstance(message, list) else message


def main() -> None:
    """Serve on the pipes that this process was started with; whatever prints goes to stderr."""
    with os.fdopen(os.dup(1), "wb") as answers:
        os.dup2(2, 1)
        serve(sys.stdin.buffer, answers)


if __name__ == "__main__":
    main()
