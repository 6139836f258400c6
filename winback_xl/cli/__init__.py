"""The command line: parse, call, report. No arithmetic, no layout; one module a command."""

from __future__ import annotations

import errno
import gc
import os
import signal
import sys
from importlib import import_module
from pathlib import Path

import click

from winback_xl.cli import replaced_files
from winback_xl.errors import WinbackError
from winback_xl.version import __version__

COMMANDS = (
    "demo",
    "check",
    "segment",
    "plan",
    "refresh",
    "split",
    "collect",
    "export",
    "share",
    "report",
    "backtest",
    "new",
    "template",
    "doctor",
    "help",
)
"""In the order in which a newcomer needs them."""

_INTERRUPTED, _OUR_FAULT, _FILE_PROBLEM = 130, 1, 4


class _Lazy(click.Group):
    """A group that imports a command only when it is called or asked about."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002 - click's signature
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = import_module(f"winback_xl.cli.{cmd_name}").command
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Take a file for the orders of a plan: ``winback orders.xlsx`` is all that people want to type."""
        if args and args[0] not in COMMANDS and Path(args[0]).is_file():
            return "plan", self.get_command(ctx, "plan"), args
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands with their whole first sentence, on two lines where it needs them."""
        rows = [(name, self.get_command(ctx, name)) for name in self.list_commands(ctx)]
        with formatter.section("Commands"):
            formatter.write_dl([(name, one.get_short_help_str(limit=200)) for name, one in rows if one])


@click.group(
    cls=_Lazy,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(__version__, "-V", "--version", prog_name="winback")
@click.pass_context
def cli(ctx: click.Context) -> None:
    """Find the customers you are losing, size a fair make-good, and track the campaign, in Excel.

    Start with: winback demo. Or with your own export: winback orders.xlsx
    """
    if ctx.invoked_subcommand is not None:
        return
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        click.echo(ctx.get_help())
        return
    from winback_xl.cli import walk

    ctx.exit(walk.through())


def main() -> None:
    """Run the command line and leave with its exit code."""
    signal.signal(signal.SIGTERM, _as_interrupt)
    gc.set_threshold(50_000, 20, 100)  # by default a tenth of two seconds goes into looking for rings
    for library in ("OPENBLAS", "MKL"):  # our matrices are thin: more threads only wait for each other, and
        os.environ.setdefault(
            f"{library}_NUM_THREADS", "1"
        )  # would round in another order on another machine
    code = run(sys.argv[1:])
    if code == _INTERRUPTED:  # Python itself would end by the signal if it came in the middle of an import
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
    sys.exit(code)


def _as_interrupt(*_: object) -> None:
    """End by a signal of the system as by Ctrl-C: temporary files are removed, and the message is shown."""
    raise KeyboardInterrupt


def run(arguments: list[str]) -> int:
    """Run one command; every error becomes a sentence and an exit code.

    Returns
    -------
    int
        0 done, 2 usage, 3 data problems, 4 file problem, 5 settings, 1 an error of ours, 130 interrupted.
    """
    try:
        with replaced_files.reported():
            code = cli.main(arguments, prog_name="winback", standalone_mode=False)
    except (Exception, click.exceptions.Abort, KeyboardInterrupt) as error:  # noqa: BLE001 - each becomes a sentence
        return _ended_by(error)
    return code if isinstance(code, int) else 0


def _ended_by(error: BaseException) -> int:
    """Report what ended a command, and return its exit code."""
    if isinstance(error, (click.exceptions.Abort, KeyboardInterrupt)):
        click.echo("Stopped. Nothing was half-written.", err=True)
        return _INTERRUPTED
    if isinstance(error, click.ClickException):
        error.show()
        return error.exit_code
    if isinstance(error, WinbackError):
        click.echo(f"Not done: {error}", err=True)
        return error.exit_code
    if isinstance(error, BrokenPipeError):
        sys.stderr.close()  # the reader of our output has left; there is nobody to talk to
        return 0
    if isinstance(error, MemoryError) or (isinstance(error, OSError) and error.errno):
        return _starved(error)
    return _our_fault(error)


def _starved(error: MemoryError | OSError) -> int:
    """Report that memory or the disk to print to is full, or what else the system refused."""
    full = isinstance(error, OSError) and error.errno == errno.ENOSPC
    if isinstance(error, MemoryError):
        what = "there is not enough memory for this. Close other programs, or give fewer rows at a time."
    elif full:
        what = (
            "the output could not be written, the disk is full. Free some space, or print to another place."
        )
    else:
        where = f"{error.filename}: " if error.filename else ""
        what = f"{where}{error.strerror}. Check that the disk or network is connected, then try again."
    click.echo(f"Not done: {what}", err=True)
    if full:
        _drop_output()
    return _FILE_PROBLEM


def _drop_output() -> None:
    """Forget what waits for a full disk: Python would try again at its end, and print a traceback."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _our_fault(error: BaseException) -> int:
    """Report a mistake of ours without a traceback, and how to send us one."""
    if os.environ.get("WINBACK_DEBUG"):
        raise error
    click.echo(
        f"Not done because of an error in winback_xl: {type(error).__name__}. "
        "Run it again with WINBACK_DEBUG=1 set and send us what it prints.",
        err=True,
    )
    return _OUR_FAULT
