/** Pure: who changed what, as people read it. */
import type { ChangeView } from "#api/schemas.ts";
import { changeWords } from "#surfaces/change-words.ts";
import { table } from "../table.ts";
import { ago, type Paper } from "../text.ts";

export function changeTable(changes: readonly ChangeView[], paper: Paper): string {
  if (changes.length === 0) return "Nothing was changed.";
  return table(
    changes,
    [
      { title: "when", value: (change) => ago(paper, change.at) },
      { title: "who", value: ({ who }) => who },
      { title: "did", value: didWhat },
      { title: "values", value: (change) => changeWords(change).values },
    ],
    paper,
  );
}

function didWhat(change: ChangeView): string {
  const { did, name, end } = changeWords(change);
  return [did, name, end].filter((piece) => piece !== null && piece !== "").join(" ");
}
