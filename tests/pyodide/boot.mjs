// Start Pyodide in node and run tests/pyodide/host_run.py in it: node boot.mjs PYODIDE REPOSITORY RESULT PART ...
import { pathToFileURL } from "node:url";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [home, repository, result, ...parts] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(home, "pyodide.mjs")));
const py = await loadPyodide({ indexURL: home, env: { PYTHONDONTWRITEBYTECODE: "1" } });
py.setStdout({ batched: (line) => console.error(line) });
py.setStderr({ batched: (line) => console.error(line) });
const compiled = ["numpy", "pandas", "scipy", "pyarrow", "python-dateutil", "pytz", "six", "packaging"];
await py.loadPackage(compiled, { messageCallback: () => {} });
py.FS.mkdirTree("/pure");
for (const wheel of readdirSync(join(home, "pure"))) {
  const bytes = readFileSync(join(home, "pure", wheel));
  const content = bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length);
  py.unpackArchive(content, "wheel", { extractDir: "/pure" });
}
py.FS.mkdirTree("/repository");
py.FS.mount(py.FS.filesystems.NODEFS, { root: repository }, "/repository");
py.globals.set("PARTS", py.toPy(parts));
try {
  const answer = py.runPython(`import sys
sys.path[:0] = ["/repository", "/pure"]
from tests.pyodide import host_run
host_run.main(*PARTS)`);
  writeFileSync(result, answer);
} catch (error) {
  console.error(String(error.message || error).slice(-4000)); // node itself would print Pyodide's packed source too
  process.exit(1);
}
