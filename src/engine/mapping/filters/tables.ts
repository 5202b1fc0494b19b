import { getPath, isObject } from "#kernel/json.ts";
import { readXml, XmlProblem } from "#kernel/xml.ts";
import { checkTable, readCsv, recordsOf, writeCsv } from "../csv.ts";
import { MappingProblem } from "../problem.ts";
import { bounded, isBlank, isNil, quote, toText } from "../text.ts";
import type { Filters } from "../types.ts";
import { namedArgument, toList } from "./arguments.ts";

/** Tables and documents of other systems. */
export const tableFilters: Filters = {
  parse_csv: (value, ...args) =>
    isBlank(value) ? undefined : isObject(value) || Array.isArray(value) ? value : parseCsv(toText(value), args),
  to_csv: (value, ...args) => (isBlank(value) || toList(value).length === 0 ? undefined : bounded(toCsv(toList(value), args))),
  parse_xml: (value) => (isBlank(value) ? undefined : isObject(value) || Array.isArray(value) ? value : parseXml(toText(value))),
};

function parseCsv(text: string, args: unknown[]): unknown[] {
  const rows = readCsv(text, separatorArgument(args, "parse_csv"));
  return namedArgument(args, "header") === false ? rows : recordsOf(rows);
}

/** The argument without a name, or the one named `separator`; undefined if there is neither. */
function separatorArgument(args: unknown[], filter: string): string | undefined {
  const argument = namedArgument(args, "separator") ?? (filter === "parse_csv" ? args.find((arg) => !Array.isArray(arg)) : undefined);
  if (isNil(argument)) return undefined;
  const text = toText(argument);
  const separator = text === "tab" || text === "\\t" ? "\t" : text;
  if (separator.length !== 1 || /["\r\n]/.test(separator))
    throw new MappingProblem(`the separator of ${filter} is one character, like ';', or 'tab'; it cannot be ${quote(argument)}`);
  return separator;
}

// ---------------------------------------------------------------- writing

type Row = readonly unknown[] | Record<string, unknown>;

/** Records have a column for each of their names, or for those in the argument; lists are rows as they are. */
function toCsv(list: unknown[], args: unknown[]): string {
  const rows = list.map(rowOf);
  const columns = columnsArgument(args) ?? columnsOf(rows);
  checkTable({ rows: rows.length, columns: columns?.length, cells: columns === null ? cellsOf(rows) : rows.length * columns.length });
  const cells = rows.map((row) => (isRecord(row) ? columns!.map((column) => cellOf(valueAt(row, column))) : row.map(cellOf)));
  const withHeader = columns !== null && namedArgument(args, "header") !== false;
  return writeCsv(withHeader ? [columns, ...cells] : cells, separatorArgument(args, "to_csv") ?? ",");
}

function rowOf(row: unknown): Row {
  if (Array.isArray(row) || isObject(row)) return row;
  throw new MappingProblem(`to_csv takes a list of objects or of lists; ${quote(row)} is neither`);
}

const isRecord = (row: Row): row is Record<string, unknown> => !Array.isArray(row);
const cellsOf = (rows: Row[]): number => rows.reduce((sum, row) => sum + (isRecord(row) ? 0 : row.length), 0);

/** The columns named in the argument, as `"name, email"` or a list; null if there are none. */
function columnsArgument(args: unknown[]): string[] | null {
  const argument = namedArgument(args, "columns") ?? args.find((arg) => typeof arg === "string");
  if (isNil(argument)) return null;
  const names = (Array.isArray(argument) ? argument.map(toText) : toText(argument).split(",")).map((name) => name.trim());
  return names.filter((name) => name !== "");
}

/** Every name in the order in which they first come; null where no row is a record. */
function columnsOf(rows: Row[]): string[] | null {
  const names = new Set<string>();
  for (const row of rows) if (isRecord(row)) for (const name of Object.keys(row)) names.add(name);
  return rows.some(isRecord) ? [...names] : null;
}

/** A column is a name, or a path into a record. */
const valueAt = (row: Record<string, unknown>, column: string): unknown =>
  Object.hasOwn(row, column) ? row[column] : getPath(row, column);

/** Nothing is an empty cell, a list of texts is one text, and whatever has parts of its own is JSON. */
function cellOf(value: unknown): string {
  if (!Array.isArray(value)) return toText(value);
  return value.some((item) => typeof item === "object" && item !== null) ? JSON.stringify(value) : value.map(toText).join(", ");
}

// ---------------------------------------------------------------- XML

const deepestXml = 32;

function parseXml(text: string): unknown {
  try {
    return readXml(text, deepestXml);
  } catch (thrown) {
    throw thrown instanceof XmlProblem ? new MappingProblem(`the text ${thrown.message}`) : thrown;
  }
}
