/** Pure: which login was used for which call, as people read it. */
import type { CallView } from "#api/schemas.ts";
import { answerWords, purposeWords } from "#surfaces/call-words.ts";
import { table } from "../table.ts";
import { ago, type Paper } from "../text.ts";

export function callTable(calls: readonly CallView[], paper: Paper): string {
  if (calls.length === 0) return "No call was made.";
  return table(
    calls,
    [
      { title: "when", value: ({ at }) => ago(paper, at) },
      { title: "login", value: ({ connection }) => connection.name },
      { title: "call", value: ({ method, title }) => `${method} ${title}` },
      { title: "answer", value: (call) => answerWords(call) },
      { title: "ms", value: ({ durationMs }) => String(durationMs) },
      { title: "for", value: ({ purpose, run }) => run ?? purposeWords[purpose] },
      { title: "who", value: ({ who }) => who },
      { title: "about", value: ({ person }) => person ?? "" },
    ],
    paper,
  );
}
