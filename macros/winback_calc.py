"""The WINBACK_ formulas in LibreOffice Calc. Runs in LibreOffice's own Python: standard library only, 3.6 or later.

It does no work itself. It starts the Python in which winback_xl is installed (the environment variable
WINBACK_PYTHON, else the path in interpreter.txt beside this file, which ``winback new winback.oxt`` writes) and asks it:
the two Pythons may be of different versions. The same process answers all formulas until LibreOffice ends.
"""

import json
import os
import struct
import subprocess
import threading

import unohelper
from com.sun.star.lang import Locale, XServiceInfo, XServiceName
from com.sun.star.sheet import LocalizedName, XAddIn, XCompatibilityNames
from org.winbackxl import XWinback

IMPLEMENTATION = "org.winbackxl.Winback"
SERVICE = "com.sun.star.sheet.AddIn"
HERE = os.path.dirname(os.path.abspath(__file__)) if "__file__" in globals() else ""
LENGTH = struct.Struct("<Q")

# Calc's own numbers of the error values; in a number that is none, they show as errors.
ERRORS = {
    "#N/A": 32767,
    "#NUM!": 503,
    "#VALUE!": 519,
    "#REF!": 524,
    "#NAME?": 525,
    "#DIV/0!": 532,
    "#NULL!": 521,
}

NO_PYTHON = (
    "#NAME?",
    "No Python with winback_xl was found. Type in a terminal: winback new winback.oxt, and install that file.",
)


def error_value(name):
    """Return the number that Calc shows as an error value."""
    return struct.unpack("<d", struct.pack("<Q", 0x7FF8 << 48 | ERRORS.get(name, 519)))[0]


def tuples(message):
    """Return a message with tuples for lists, as Calc takes rows of cells."""
    return tuple(map(tuples, message)) if isinstance(message, list) else message


class Worker:
    """The process that works out the formulas; started when the first one is asked for."""

    def __init__(self, folder):
        self.folder, self.process, self.lock = folder, None, threading.Lock()

    def interpreter(self):
        named = os.environ.get("WINBACK_PYTHON", "").strip()
        if named:
            return named
        try:
            with open(os.path.join(self.folder, "interpreter.txt"), encoding="utf-8") as file:
                return file.read().strip()
        except OSError:
            return ""

    def start(self):
        # -P: nothing is imported from the current folder, which may be that of a document somebody sent.
        command = [self.interpreter(), "-P", "-m", "winback_xl.calc.worker"]
        # LibreOffice sets these for its own Python; another one would look for its library there.
        own = {"PYTHONHOME", "PYTHONPATH", "LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH"}
        settings = {name: value for name, value in os.environ.items() if name not in own}
        self.process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd=self.folder or None,
            env=settings,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        if self.receive()[0] != "ready":
            raise OSError("not the worker")

    def ask(self, name, arguments):
        """Return ("value", cell or rows) or ("error", error value, message); a process that died is started again."""
        with self.lock:
            if not self.interpreter():
                return ("error",) + NO_PYTHON
            for _ in range(2):
                try:
                    if self.process is None or self.process.poll() is not None:
                        self.start()
                    self.send((name, arguments))
                    return self.receive()
                except (OSError, EOFError, ValueError):
                    self.stop()
        return ("error",) + NO_PYTHON

    def send(self, message):
        content = json.dumps(message).encode("ascii")
        self.process.stdin.write(LENGTH.pack(len(content)) + content)
        self.process.stdin.flush()

    def receive(self):
        head = self.process.stdout.read(LENGTH.size)
        if len(head) < LENGTH.size:
            raise EOFError
        return tuples(json.loads(self.process.stdout.read(LENGTH.unpack(head)[0]).decode("ascii")))

    def stop(self):
        if self.process is not None:
            self.process.kill()
            self.process.wait()
            self.process = None


with open(os.path.join(HERE, "formulas.json"), encoding="utf-8") as listed:
    FORMULAS = json.load(listed)  # in the order of the interface: method, name, gives, arguments (name, help)
BY_METHOD = {formula["method"]: formula for formula in FORMULAS}
BY_NAME = {formula["name"]: formula for formula in FORMULAS}
WORKER = Worker(HERE)


class Winback(unohelper.Base, XWinback, XAddIn, XCompatibilityNames, XServiceName, XServiceInfo):
    """The add-in: one method for each formula, and what Calc asks about them."""

    def __init__(self, context, *_):
        self.locale = Locale("en", "US", "")

    # XAddIn; "Funtion" is how the interface spells it
    def getProgrammaticFuntionName(self, shown):
        return BY_NAME[shown]["method"] if shown in BY_NAME else ""

    def getDisplayFunctionName(self, method):
        return BY_METHOD[method]["name"] if method in BY_METHOD else ""

    def getFunctionDescription(self, method):
        return BY_METHOD[method]["gives"] if method in BY_METHOD else ""

    def getDisplayArgumentName(self, method, number):
        return self.argument(method, number)[0]

    def getArgumentDescription(self, method, number):
        return self.argument(method, number)[1]

    def argument(self, method, number):
        arguments = BY_METHOD.get(method, {}).get("arguments", [])
        return arguments[number] if 0 <= number < len(arguments) else ("", "")

    def getProgrammaticCategoryName(self, method):
        return "Add-In"

    def getDisplayCategoryName(self, method):
        return "Win-back"

    def getCompatibilityNames(self, method):
        if method not in BY_METHOD:
            return ()
        return (LocalizedName(Locale("en", "US", ""), BY_METHOD[method]["name"]),)

    def setLocale(self, locale):
        self.locale = locale

    def getLocale(self):
        return self.locale

    def getServiceName(self):
        return IMPLEMENTATION

    def getImplementationName(self):
        return IMPLEMENTATION

    def supportsService(self, name):
        return name in self.getSupportedServiceNames()

    def getSupportedServiceNames(self):
        return (SERVICE, IMPLEMENTATION)


def method_of(name):
    """Return the method that Calc calls for a formula."""

    def method(self, *given):
        answer = WORKER.ask(name, given)
        if answer[0] == "error":
            return ((error_value(answer[1]),),)
        return answer[1] if isinstance(answer[1], tuple) else ((answer[1],),)

    return method


for formula in FORMULAS:
    setattr(Winback, formula["method"], method_of(formula["name"]))

g_ImplementationHelper = unohelper.ImplementationHelper()
g_ImplementationHelper.addImplementation(Winback, IMPLEMENTATION, (SERVICE, IMPLEMENTATION))
