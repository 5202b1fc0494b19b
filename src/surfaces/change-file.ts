/** Pure: the lines of an export of changes. */
import { csvLine, utcTime } from "./csv.ts";
import { changeSentence, type ChangeFacts } from "./change-words.ts";

interface ExportedChange extends ChangeFacts {
  seq: number;
  by: string | null;
  at: number;
}

/** How changes are written to a file. `head` comes before the first line. */
export interface ChangeFormat {
  type: string;
  extension: string;
  head: string;
  line(change: ExportedChange): string;
}

/** The formats of an export: a table for spreadsheets, and one JSON object a line for programs. */
export const changeFormats = {
  csv: {
    type: "text/csv; charset=utf-8",
    extension: "csv",
    head: csvLine(["number", "time (UTC)", "who", "who (id)", "kind", "record (id)", "name", "what", "sentence"]),
    line: (change) =>
      csvLine([
        String(change.seq),
        utcTime(change.at),
        change.who,
        change.by ?? "",
        change.kind,
        change.id,
        change.name ?? "",
        change.what,
        changeSentence(change),
      ]),
  },
  jsonl: {
    type: "application/x-ndjson; charset=utf-8",
    extension: "jsonl",
    head: "",
    line: ({ at, ...change }) => `${JSON.stringify({ ...change, at: new Date(at).toISOString() })}\n`,
  },
} as const satisfies Record<string, ChangeFormat>;

export type ChangeFormatName = keyof typeof changeFormats;
