import type { FlowDetail, FlowImport, ImportedFlow } from "#api/schemas.ts";
import { countWords, toolNames } from "#surfaces/import-words.ts";
import { clean, paint, type Paper } from "../text.ts";

/** What was read out of a file of another tool, and the drafts that were made. */
export function foreignLines({ tool, flows }: FlowImport, created: readonly FlowDetail[], paper: Paper): string {
  const head = `${flows.length} ${flows.length === 1 ? "flow" : "flows"} of ${toolNames[tool]}`;
  const made = created.map(({ id, name }) => `${paint(paper, "green", "Created")} ${clean(name)} (${clean(id)}) as a draft`);
  return [
    paint(paper, "bold", head),
    ...flows.flatMap((flow) => ["", ...flowLines(flow, paper)]),
    ...(made.length > 0 ? ["", ...made] : []),
  ].join("\n");
}

function flowLines({ name, counts, todo, ignored, refused, drafts }: ImportedFlow, paper: Paper): string[] {
  return [
    `${paint(paper, "bold", clean(name))}: ${countWords(counts)}`,
    ...(refused === undefined ? drafts.map(({ sentence }) => `  ${clean(sentence)}`) : [paint(paper, "red", `  ${clean(refused)}`)]),
    ...todo.flatMap(({ at, why, todo: what, value }) => [
      paint(paper, "yellow", `  ${clean(at)}`) + `: ${clean(why)}`,
      ...(value === undefined ? [] : [paint(paper, "dim", `    It was: ${clean(value)}`)]),
      ...(what === undefined ? [] : [`    ${clean(what)}`]),
    ]),
    ...ignored.map(({ at, why, count }) => paint(paper, "dim", `  Ignored (${count}): ${clean(why)}${at === "" ? "" : ` (${clean(at)})`}`)),
  ];
}
