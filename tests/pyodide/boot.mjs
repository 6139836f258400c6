// Start Pyodide in node and run one Python file in it: node boot.mjs PYODIDE REPOSITORY SCRIPT RESULT [ARGUMENT ...]
import { pathToFileURL } from "node:url";
import { readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [home, repository, script, result, ...rest] = process.argv.slice(2);
const { loadPyodide } = await import(pathToFileURL(join(home, "pyodide.mjs")));
const py = await loadPyodide({ indexURL: home, env: { PYTHONDONTWRITEBYTECODE: "1" } });
py.setStdout({ batched: (line) => console.error(line) });
py.setStderr({ batched: (line) => console.error(line) });
const quiet = { messageCallback: () => {} };
await py.loadPackage(["numpy", "pandas", "scipy", "pyarrow", "python-dateutil", "pytz", "six", "packaging"], quiet);
py.FS.mkdirTree("/pure");
for (const wheel of readdirSync(join(home, "pure"))) {
  const bytes = readFileSync(join(home, "pure", wheel));
  py.unpackArchive(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length), "wheel", { extractDir: "/pure" });
}
py.FS.mkdirTree("/repository");
py.FS.mount(py.FS.filesystems.NODEFS, { root: repository }, "/repository");
py.globals.set("ARGUMENTS", py.toPy(rest));
py.runPython(`import sys\nsys.path[:0] = ["/repository", "/pure"]\nsys.argv = ["pyodide", *ARGUMENTS]\n`);
try {
  writeFileSync(result, await py.runPythonAsync(readFileSync(script, "utf8")));
} catch (error) {
  console.error(String(error.message || error).slice(-4000)); // node itself would print Pyodide's packed source too
  process.exit(1);
}
