import { clean, paint, type Paper, type Style } from "./text.ts";

export interface Column<T> {
  title: string;
  value(row: T): string;
  style?(row: T): Style | undefined;
}

const gap = "  ";

/** Rows under their titles, aligned. Columns for which the screen has no room are left out; the last that is shown is cut at its edge. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], paper: Paper): string {
  const cells = rows.map((row) => columns.map((column) => clean(column.value(row))));
  const widths = fitted(
    columns.map(({ title }, i) => Math.max(length(title), ...cells.map((line) => length(line[i]!)))),
    paper.width,
  );
  const line = (texts: readonly string[], style: (i: number) => Style | undefined) =>
    widths
      .map((width, i) => paint(paper, style(i), shorten(i === widths.length - 1 ? texts[i]! : padded(texts[i]!, width), width)))
      .join(gap)
      .trimEnd();
  const titles = columns.map(({ title }) => title.toUpperCase());
  return [line(titles, () => "dim"), ...cells.map((texts, at) => line(texts, (i) => columns[i]!.style?.(rows[at]!)))].join("\n");
}

/** Below this a cut column says nothing. */
const leastWidth = 10;

/** The widths of the columns that find room, one after the other. */
function fitted(widths: readonly number[], room: number): number[] {
  const [first, ...rest] = widths;
  if (first === undefined || room < Math.min(first, leastWidth)) return [];
  const left = room - first - gap.length;
  return left >= 0 ? [first, ...fitted(rest, left)] : [room];
}

/** `name  value` lines, aligned; those without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: string | null | undefined])[], paper: Paper): string {
  const filled = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== undefined && row[1] !== "");
  const width = Math.max(0, ...filled.map(([name]) => length(name)));
  return filled.map(([name, value]) => `${paint(paper, "dim", padded(name, width))}${gap}${clean(value)}`).join("\n");
}

const length = (text: string) => [...text].length;
const padded = (text: string, width: number) => text + " ".repeat(Math.max(0, width - length(text)));
const shorten = (text: string, width: number) =>
  length(text.trimEnd()) <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join("")}…`;
