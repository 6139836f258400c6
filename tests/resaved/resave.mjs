// Open workbooks, type into them and save them: node resave.mjs FOLDER (where npm put the libraries).
// Each line of the input is an order {library, source, target, cells, swaps, sorts, sheets}; each answer "= done" or "= error".
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";

const require = createRequire(join(resolve(process.argv[2]), "package.json"));

// The contents of a row but for its formulas, which say the same in each row.
const bySheetJS = (XLSX) => ({
  open: async (path) => XLSX.read(readFileSync(path), { cellStyles: true, cellFormula: true }),
  sheet: (book, name) => book.Sheets[name],
  get: (sheet, row, column) => sheet[XLSX.utils.encode_cell({ r: row - 1, c: column - 1 })],
  formula: (cell) => Boolean(cell && cell.f),
  text: (cell) => (cell === undefined ? "" : String(cell.v)),
  put(sheet, row, column, cell) {
    const at = { r: row - 1, c: column - 1 };
    const used = XLSX.utils.decode_range(sheet["!ref"] ?? "A1");
    used.e.r = Math.max(used.e.r, at.r);
    used.e.c = Math.max(used.e.c, at.c);
    used.s = { r: Math.min(used.s.r, at.r), c: Math.min(used.s.c, at.c) };
    sheet["!ref"] = XLSX.utils.encode_range(used);
    if (cell === undefined) delete sheet[XLSX.utils.encode_cell(at)];
    else sheet[XLSX.utils.encode_cell(at)] = cell;
  },
  type(sheet, row, column, content) {
    const old = this.get(sheet, row, column) ?? {};
    this.put(sheet, row, column, { t: typeof content === "number" ? "n" : "s", v: content, s: old.s, z: old.z });
  },
  add: (book, name, text) => XLSX.utils.book_append_sheet(book, XLSX.utils.aoa_to_sheet([[], [null, text]]), name),
  save: async (book, path) => writeFileSync(path, XLSX.write(book, { type: "buffer", bookType: "xlsx", cellStyles: true })),
});

const byExcelJS = (ExcelJS) => ({
  async open(path) {
    const book = new ExcelJS.Workbook();
    await book.xlsx.readFile(path);
    return book;
  },
  sheet: (book, name) => book.getWorksheet(name),
  get: (sheet, row, column) => sheet.getCell(row, column).value,
  formula: (value) => Boolean(value && typeof value === "object" && ("formula" in value || "sharedFormula" in value)),
  text: (value) => String(value ?? ""),
  put: (sheet, row, column, value) => { sheet.getCell(row, column).value = value; },
  type(sheet, row, column, content) { this.put(sheet, row, column, content); },
  add: (book, name, text) => { book.addWorksheet(name).getCell("B2").value = text; },
  save: (book, path) => book.xlsx.writeFile(path),
});

const loaded = {};
const hosts = {
  SheetJS: () => bySheetJS(require("@e965/xlsx")),
  ExcelJS: () => byExcelJS(require("exceljs")),
};

function moved(host, sheet, rows, order, width) {
  const held = Object.fromEntries(rows.map((row) => [row, Array.from({ length: width }, (_, at) => host.get(sheet, row, at + 1))]));
  rows.forEach((row, place) => {
    for (let at = 0; at < width; at += 1) {
      const [mine, theirs] = [held[row][at], held[order[place]][at]];
      if (!host.formula(mine) && !host.formula(theirs)) host.put(sheet, row, at + 1, theirs);
    }
  });
}

async function work(order) {
  loaded[order.library] ??= hosts[order.library]();
  const host = loaded[order.library];
  const book = await host.open(order.source);
  for (const [name, row, column, content] of order.cells ?? []) host.type(host.sheet(book, name), row, column, content);
  for (const [name, first, last, width, column, down] of order.sorts ?? []) {
    const sheet = host.sheet(book, name);
    const rows = Array.from({ length: last - first + 1 }, (_, at) => first + at);
    const key = (row) => host.text(host.get(sheet, row, column));
    const sorted = [...rows].sort((one, other) => (down ? -1 : 1) * (key(one) < key(other) ? -1 : key(one) > key(other) ? 1 : 0));
    moved(host, sheet, rows, sorted, width);
  }
  for (const [name, one, other, width] of order.swaps ?? []) moved(host, host.sheet(book, name), [one, other], [other, one], width);
  for (const [name, text] of order.sheets ?? []) host.add(book, name, text);
  await host.save(book, order.target);
}

for await (const line of createInterface({ input: process.stdin })) {
  try {
    await work(JSON.parse(line));
    console.log("= done");
  } catch (error) {
    console.log(`= ${error}`);
  }
}
