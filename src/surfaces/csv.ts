/** Pure: the lines of a file for spreadsheets. */

/** One line, with each cell quoted. */
export function csvLine(cells: readonly string[]): string {
  return `${cells.map(csvCell).join(",")}\r\n`;
}

/** A spreadsheet calculates what begins like a formula: an apostrophe before it makes it text. */
function csvCell(text: string): string {
  return `"${(/^[\s]*[=+\-@\t\r|%＝＋－＠]/.test(text) ? `'${text}` : text).replaceAll('"', '""')}"`;
}

/** A time as a spreadsheet reads it. */
export const utcTime = (at: number): string => new Date(at).toISOString().slice(0, 19).replace("T", " ");
