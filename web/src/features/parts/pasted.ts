/** Rows as a spreadsheet puts them on the clipboard. Pure. */

/** Two columns of a paste: what stands in a row beyond them is left out. */
export type PastedRow = readonly [from: string, to: string];

/**
 * The rows of a text with several cells; null where it is one plain text, to be pasted as such. Spreadsheets give tabs; text from elsewhere may have
 * semicolons or commas, if every line has one.
 */
export function pastedRows(text: string): PastedRow[] | null {
  const lines = cellsOf(text, "\t");
  if (lines.length === 0) return null;
  if (lines.some((cells) => cells.length > 1)) return lines.map(firstTwo);
  if (lines.length === 1) return null;
  const separator = [";", ",", "="].find((each) => cellsOf(text, each).every((cells) => cells.length > 1));
  return (separator === undefined ? lines : cellsOf(text, separator)).map(firstTwo);
}

const firstTwo = ([from = "", to = ""]: string[]): PastedRow => [from.trim(), to.trim()];

/** The cells of each line. A cell with a tab, a line break or a quote in it stands in quotes. */
function cellsOf(text: string, separator: string): string[][] {
  const lines: string[][] = [];
  let cells: string[] = [];
  let cell = "";
  let quoted = false;
  const endCell = () => {
    cells.push(cell);
    cell = "";
  };
  const endLine = () => {
    endCell();
    if (cells.some((each) => each.trim() !== "")) lines.push(cells);
    cells = [];
  };
  for (let i = 0; i < text.length; i++) {
    const char = text[i]!;
    if (quoted) {
      if (char !== '"') cell += char;
      else if (text[i + 1] === '"') cell += text[++i]!;
      else quoted = false;
    } else if (char === '"' && cell === "") quoted = true;
    else if (char === separator) endCell();
    else if (char === "\n") endLine();
    else if (char !== "\r") cell += char;
  }
  endLine();
  return lines;
}
