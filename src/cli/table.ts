import { clean, paint, type Paper, type Style } from "./text.ts";

export interface Column<T> {
  title: string;
  value(row: T): string;
  style?(row: T): Style | undefined;
}

const gap = "  ";

/** Rows under their titles, aligned; lines are cut at the width of the screen. */
export function table<T>(rows: readonly T[], columns: readonly Column<T>[], paper: Paper): string {
  const cells = rows.map((row) => columns.map((column) => clean(column.value(row))));
  const widths = columns.map(({ title }, i) => Math.max(length(title), ...cells.map((line) => length(line[i]!))));
  const line = (texts: readonly string[], style: (i: number) => Style | undefined) => {
    let left = paper.width;
    const parts = texts.map((text, i) => {
      const cut = shorten(i === texts.length - 1 ? text : padded(text, widths[i]!), left);
      left = Math.max(0, left - length(cut) - gap.length);
      return paint(paper, style(i), cut);
    });
    return parts.join(gap).trimEnd();
  };
  const head = line(
    columns.map(({ title }) => title.toUpperCase()),
    () => "dim",
  );
  return [head, ...cells.map((texts, at) => line(texts, (i) => columns[i]!.style?.(rows[at]!)))].join("\n");
}

/** `name  value` lines, aligned; those without a value are left out. */
export function facts(rows: readonly (readonly [name: string, value: string | null | undefined])[], paper: Paper): string {
  const known = rows.filter((row): row is [string, string] => row[1] !== null && row[1] !== undefined && row[1] !== "");
  const width = Math.max(0, ...known.map(([name]) => length(name)));
  return known.map(([name, value]) => `${paint(paper, "dim", padded(name, width))}${gap}${clean(value)}`).join("\n");
}

const length = (text: string) => [...text].length;
const padded = (text: string, width: number) => text + " ".repeat(Math.max(0, width - length(text)));
const shorten = (text: string, width: number) =>
  length(text.trimEnd()) <= width ? text : `${[...text].slice(0, Math.max(0, width - 1)).join("")}…`;
