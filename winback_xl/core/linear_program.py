"""The linear and the integer programme behind a choice under limits, by HiGHS: from `highspy`, or SciPy's copy of it.

`highspy` holds the solver alone, in 9 MB; SciPy, which takes 140, is asked only where it comes along anyway (Pyodide has no
`highspy`). Both are the same solver (Huangfu & Hall 2018, Parallelizing the dual revised simplex method).
"""

from __future__ import annotations

from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from winback_xl.core.tally import tally

if TYPE_CHECKING:
    from highspy import Highs
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.integer]

_SECONDS = (
    8.0  # the integer solver stops then; the gap stated is against the relaxed problem, so it stays true
)
_NEAR = 1e-4  # share of the best possible worth that is not looked for any more


class Programme(NamedTuple):
    """Choose between 0 and 1 of each item, for the most worth, with what they take at most what there is.

    Parameters
    ----------
    worth : ndarray of float, shape (n,)
        Of each item.
    row, item : ndarray of int, shape (k,)
        Which limit, and which item takes of it; no pair twice.
    takes : ndarray of float, shape (k,)
        How much.
    most : ndarray of float, shape (m,)
        How much there is.
    """

    worth: Floats
    row: Ints
    item: Ints
    takes: Floats
    most: Floats


class Relaxed(NamedTuple):
    """The best choice where parts of items may be chosen.

    Parameters
    ----------
    share : ndarray of float, shape (n,)
        Of each item.
    price : ndarray of float, shape (m,)
        What one more of each limit would be worth.
    worth : float
        Of the choice; no choice of whole items is worth more.
    """

    share: Floats
    price: Floats
    worth: float


def relaxed(programme: Programme) -> Relaxed:
    """Solve the programme with parts of items."""
    if find_spec("highspy") is None:
        return _relaxed_by_scipy(programme)
    solver, _ = _solved(programme, whole=False)
    found = solver.getSolution()
    worth = -float(solver.getInfo().objective_function_value)
    return Relaxed(np.array(found.col_value), -np.array(found.row_dual), worth)


def whole(programme: Programme) -> Floats | None:
    """Solve the programme with whole items; None where none was found in time."""
    if find_spec("highspy") is None:
        return _whole_by_scipy(programme)
    solver, done = _solved(programme, whole=True)
    return np.array(solver.getSolution().col_value) if done else None


def _solved(programme: Programme, *, whole: bool) -> tuple[Highs, bool]:
    """Let HiGHS solve the programme; return it, and whether it found a choice."""
    import highspy  # noqa: PLC0415 - only where somebody has to be weighed up

    n, m = len(programme.worth), len(programme.most)
    order = np.lexsort((programme.row, programme.item))
    model = highspy.HighsLp()
    model.num_col_, model.num_row_ = n, m
    model.col_cost_, model.col_lower_, model.col_upper_ = -programme.worth, np.zeros(n), np.ones(n)
    model.row_lower_, model.row_upper_ = np.full(m, -highspy.kHighsInf), programme.most
    model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    model.a_matrix_.start_ = np.append(0, np.cumsum(tally(programme.item, n))).astype(np.int32)
    model.a_matrix_.index_ = programme.row[order].astype(np.int32)
    model.a_matrix_.value_ = programme.takes[order]
    if whole:
        model.integrality_ = [highspy.HighsVarType.kInteger] * n
    solver = highspy.Highs()  # type: ignore[no-untyped-call]  # the package types its methods only
    solver.silent()
    if whole:
        solver.setOptionValue("time_limit", _SECONDS)
        solver.setOptionValue("mip_rel_gap", _NEAR)
    solver.passModel(model)
    solver.run()
    found = solver.getInfo().primal_solution_status == int(highspy.SolutionStatus.kSolutionStatusFeasible)
    return solver, found


def _relaxed_by_scipy(programme: Programme) -> Relaxed:
    from scipy.optimize import linprog  # noqa: PLC0415 - as above

    found: Any = linprog(
        -programme.worth, A_ub=_matrix(programme), b_ub=programme.most, bounds=(0, 1), method="highs"
    )
    return Relaxed(found.x, -found.ineqlin.marginals, float(-found.fun))


def _whole_by_scipy(programme: Programme) -> Floats | None:
    from scipy.optimize import Bounds, LinearConstraint, milp  # noqa: PLC0415 - as above

    found = milp(
        c=-programme.worth,
        integrality=np.ones(len(programme.worth), dtype=np.int64),
        bounds=Bounds(0, 1),
        constraints=LinearConstraint(_matrix(programme), -np.inf, programme.most),
        options={"time_limit": _SECONDS, "mip_rel_gap": _NEAR},
    )
    chosen: Floats | None = found.x
    return chosen


def _matrix(programme: Programme) -> Any:
    """Return what the items take, shape (m, n); SciPy before 1.15 takes no wider numbers of rows than these."""
    from scipy.sparse import csr_array  # noqa: PLC0415 - as above

    at = (programme.row.astype(np.int32), programme.item.astype(np.int32))
    return csr_array((programme.takes, at), shape=(len(programme.most), len(programme.worth)))
