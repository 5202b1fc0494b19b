/** Pure: who changed what, as people read it. */
import type { ChangeView } from "#api/schemas.ts";
import { table } from "../table.ts";
import { ago, type Paper } from "../text.ts";

export function changeTable(changes: readonly ChangeView[], paper: Paper): string {
  if (changes.length === 0) return "Nothing was changed.";
  return table(
    changes,
    [
      { title: "when", value: (change) => ago(paper, change.at) },
      { title: "kind", value: ({ kind }) => kind.replaceAll("_", " ") },
      { title: "name", value: ({ name, id }) => name ?? id },
      { title: "what", value: ({ what }) => what },
      { title: "by", value: ({ by }) => by ?? "Millrace" },
    ],
    paper,
  );
}
