// Open a workbook and save it again: node resave.mjs FOLDER exceljs|sheetjs SOURCE TARGET (FOLDER: where npm put them)
import { createRequire } from "node:module";
import { readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";

const [folder, library, source, target] = process.argv.slice(2);
const require = createRequire(join(resolve(folder), "package.json"));
if (library === "exceljs") {
  const ExcelJS = require("exceljs");
  const book = new ExcelJS.Workbook();
  await book.xlsx.readFile(source);
  await book.xlsx.writeFile(target);
} else {
  const XLSX = require("@e965/xlsx");
  const book = XLSX.read(readFileSync(source), { cellStyles: true, cellFormula: true });
  writeFileSync(target, XLSX.write(book, { type: "buffer", bookType: "xlsx", cellStyles: true }));
}
