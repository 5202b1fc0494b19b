import { defined } from "#kernel/defined.ts";
import { MappingProblem } from "./problem.ts";
import { quote } from "./text.ts";

/** Tables as text: read and written in one pass, so that a megabyte takes milliseconds. */

/** A table this large takes a few milliseconds to read, write, or turn into records. */
const most = { rows: 10_000, columns: 1_000, cells: 50_000, quotes: 50_000 };
type Size = Partial<Record<keyof typeof most, number | undefined>>;

export function checkTable(size: Size): void {
  for (const what of Object.keys(size) as (keyof typeof most)[])
    if (size[what]! > most[what])
      throw new MappingProblem(`a table has at most ${most[what].toLocaleString("en-US")} ${what}, and this one has more`);
}

/**
 * The rows of a CSV text. A cell in quotes may contain separators, line breaks and doubled quotes; spaces around it do not count. Lines with
 * nothing in them are no rows.
 */
export function readCsv(text: string, separator?: string): string[][] {
  const { start, separator: named } = beginningOf(text);
  return new CsvReader(text, start, separator ?? named ?? likelySeparator(text, start)).rows();
}

/** After a byte order mark, and a first line like `sep=;`, which spreadsheet programs write. */
function beginningOf(text: string): { start: number; separator?: string } {
  const [line, separator] = /^\ufeff?(?:sep=(.)(?:\r\n|\n|\r))?/i.exec(text) ?? [""];
  return { start: line.length, ...defined({ separator }) };
}

/** How much of the first line is read to detect the separator. */
const longestFirstLine = 16 * 1024;

/** Of comma, semicolon and tab, the one that the first line has most of, quotes left out. */
function likelySeparator(text: string, start: number): string {
  const counts = new Map([",", ";", "\t"].map((separator) => [separator, 0]));
  let quoted = false;
  const end = Math.min(text.length, start + longestFirstLine);
  for (let at = start; at < end; at++) {
    const char = text[at]!;
    if (char === '"') quoted = !quoted;
    else if (!quoted && (char === "\n" || char === "\r")) break;
    else if (!quoted && counts.has(char)) counts.set(char, counts.get(char)! + 1);
  }
  return [...counts].reduce((most, each) => (each[1] > most[1] ? each : most))[0];
}

const [newLine, carriageReturn, space, quoteMark] = [10, 13, 32, 34];

/** Where a cell without quotes ends: before a separator, a line break or the end of the text. */
function endOfPlain(text: string, from: number, separator: number): number {
  let at = from;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === separator || code === newLine || code === carriageReturn) break;
  }
  return at;
}

class CsvReader {
  readonly #text: string;
  readonly #separatorCode: number;
  readonly #rows: string[][] = [];
  #at: number;
  #cells = 0;
  /** Quotes within quotes: undoing one takes as long as a cell does. */
  #quotes = 0;

  constructor(text: string, start: number, separator: string) {
    this.#text = text;
    this.#at = start;
    this.#separatorCode = separator.charCodeAt(0);
  }

  rows(): string[][] {
    for (this.#skipBlankLines(); this.#at < this.#text.length; this.#skipBlankLines()) {
      const row = this.#row();
      if (row.length === 1 && row[0]!.trim() === "") continue;
      this.#cells += row.length;
      this.#rows.push(row);
      checkTable({ rows: this.#rows.length, columns: row.length, cells: this.#cells });
    }
    return this.#rows;
  }

  /** In one go: a text may be nothing but line breaks, and a row for each of them takes its time. */
  #skipBlankLines(): void {
    for (let at = this.#at; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === newLine || code === carriageReturn) this.#at = at + 1;
      else if (code > space || code === this.#separatorCode) return;
    }
  }

  #row(): string[] {
    const row: string[] = [];
    for (;;) {
      row.push(this.#cell());
      if (row.length % 100 === 0) checkTable({ columns: row.length, cells: this.#cells + row.length });
      const end = this.#text.charCodeAt(this.#at++);
      if (end === this.#separatorCode) continue;
      if (end === carriageReturn && this.#text.charCodeAt(this.#at) === newLine) this.#at++;
      return row;
    }
  }

  #cell(): string {
    const start = this.#at;
    this.#skipSpaces();
    if (this.#text.charCodeAt(this.#at) === quoteMark) return this.#quotedCell();
    this.#at = endOfPlain(this.#text, this.#at, this.#separatorCode);
    return this.#text.slice(start, this.#at);
  }

  #quotedCell(): string {
    const start = ++this.#at;
    for (;;) {
      const quoteAt = this.#text.indexOf('"', this.#at);
      if (quoteAt < 0) throw this.#problem("a quote is opened and not closed");
      this.#at = quoteAt + 1;
      if (this.#text.charCodeAt(this.#at) !== quoteMark) break;
      this.#at++;
      checkTable({ quotes: ++this.#quotes });
    }
    const cell = this.#text.slice(start, this.#at - 1).replaceAll('""', '"');
    this.#skipSpaces();
    if (endOfPlain(this.#text, this.#at, this.#separatorCode) !== this.#at)
      throw this.#problem("there is text after a closing quote; a quote within quotes is written twice");
    return cell;
  }

  #skipSpaces(): void {
    while (this.#text.charCodeAt(this.#at) === space) this.#at++;
  }

  #problem(problem: string): MappingProblem {
    return new MappingProblem(`row ${this.#rows.length + 1} of the table cannot be read: ${problem}`);
  }
}

/** Rows as records, by the names in the first one. A row that is too short lacks its last fields; one that is too long is a problem. */
export function recordsOf([header = [], ...rows]: string[][]): Record<string, string>[] {
  const names = columnNames(header);
  return rows.map((row, i) => {
    if (row.length > names.length && row.slice(names.length).some((cell) => cell.trim() !== ""))
      throw new MappingProblem(`row ${i + 2} of the table has ${row.length} cells, but its header row has ${names.length}`);
    const record: Record<string, string> = {};
    for (let at = 0; at < names.length && at < row.length; at++) record[names[at]!] = row[at]!;
    return record;
  });
}

/** Each column's own name: one without is called by its number, and a second `name` is `name_2`. */
function columnNames(header: string[]): string[] {
  const names = new Set<string>();
  header.forEach((cell, i) => {
    const name = cell.trim() || `column_${i + 1}`;
    if (name === "__proto__") throw new MappingProblem(`a column of the table is called ${quote(name)}, which is not allowed`);
    let unused = name;
    for (let n = 2; names.has(unused); n++) unused = `${name}_${n}`;
    names.add(unused);
  });
  return [...names];
}

/** Rows as CSV text, with quotes where a cell needs them. */
export function writeCsv(rows: readonly (readonly string[])[], separator: string): string {
  const written = (cell: string) => (/["\r\n]|^\s|\s$/.test(cell) || cell.includes(separator) ? `"${cell.replaceAll('"', '""')}"` : cell);
  return rows.map((row) => row.map(written).join(separator)).join("\r\n");
}
