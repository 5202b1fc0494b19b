export const round = (value, digits = 0) => Number(value.toFixed(digits));

export function median(values) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  if (sorted.length === 0) return null;
  const middle = Math.floor(sorted.length / 2);
  return sorted.length % 2 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

export function quantiles(values) {
  if (values.length === 0) return { p50: null, p99: null, max: null };
  const sorted = values.toSorted((a, b) => a - b);
  const at = (p) => round(sorted[Math.min(sorted.length - 1, Math.floor(p * sorted.length))], 2);
  return { p50: at(0.5), p99: at(0.99), max: round(sorted.at(-1), 2) };
}

/** A Markdown table of rows whose first cell is a name. */
export function table(head, rows) {
  const line = (cells) => `| ${cells.map((cell) => cell ?? "").join(" | ")} |`;
  return [line(head), `|${head.map((_, i) => (i === 0 ? " --- |" : " ---: |")).join("")}`, ...rows.map(line)].join("\n");
}
