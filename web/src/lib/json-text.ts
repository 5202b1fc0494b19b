import { parseJson as parseExactly } from "#kernel/exact-json.ts";

/** Text as JSON, or what is wrong with it and where. */
export function parseJson(text: string): { value: unknown; error: string | null } {
  try {
    return { value: parseExactly(text), error: null };
  } catch (thrown) {
    return { value: undefined, error: explain(text, thrown instanceof Error ? thrown.message : "") };
  }
}

/** Engines tell the place as "line 3 column 9" or as "position 41"; people want the line. */
function explain(text: string, message: string): string {
  if (text.trim() === "") return "Nothing is written yet.";
  const place = /line (\d+) column (\d+)/.exec(message);
  const position = /position (\d+)/.exec(message)?.[1];
  const line =
    place?.[1] !== undefined ? Number(place[1]) : position !== undefined ? lineAt(text, Number(position)) : lineAt(text, text.length);
  return `Line ${line} is not valid JSON: check commas, quotes and brackets there or just above.`;
}

function lineAt(text: string, position: number): number {
  return text.slice(0, position).split("\n").length;
}
