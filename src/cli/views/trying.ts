/** Pure: steps and drafts that were tried, as people read it. */
import type { BacktestView, StepTestView } from "#api/schemas.ts";
import { capital } from "#kernel/words.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import { table } from "../table.ts";
import { clean, count, json, paint, type Paper } from "../text.ts";
import { effectLines } from "./effects.ts";

/** What a step does, whether it did it, and what it gave. */
export function stepTestPage({ plan, test }: StepTestView, paper: Paper): string {
  if (test === null) return clean(plan.says);
  const ends = {
    succeeded: test.wrote ? "Written." : "Nothing was written.",
    pretended: "Nothing was written. With --write it would be.",
    failed: paint(paper, "red", `Failed: ${clean(test.error ? saidOfField(test.error) : "")}`),
    running: "It was sent, and nobody saw how it ended. Look into the app before you write again.",
  };
  const output = test.output === undefined || test.output === null ? [] : ["It gives:", clean(json(test.output))];
  return [
    paint(paper, "bold", clean(plan.says)),
    ends[test.state],
    ...test.effects.flatMap((effect) => effectLines(effect, paper)),
    ...output,
  ].join("\n");
}

type Counts = BacktestView["draft"];

/** How many events would end how, beside the published version, and why any would fail. */
export function backtestPage({ state, stopped, done, total, draft, published, different }: BacktestView, paper: Paper): string {
  if (total === 0) return "No event is kept to try it on.";
  const counted = (pick: (counts: Counts) => Readonly<Record<string, number>>) =>
    Object.entries(pick(draft)).map(([name, n]) => ({ name, draft: n, published: published && (pick(published)[name] ?? 0) }));
  const rows = [...counted(({ outcomes }) => outcomes), ...counted(({ effects }) => effects)].filter(
    (row) => row.draft > 0 || (row.published ?? 0) > 0,
  );
  const columns = [
    { title: "", value: (row: (typeof rows)[number]) => capital(row.name) },
    { title: "draft", value: (row: (typeof rows)[number]) => String(row.draft) },
    ...(published === null ? [] : [{ title: "published", value: (row: (typeof rows)[number]) => String(row.published) }]),
  ];
  const ended = state === "done" ? [] : [paint(paper, "yellow", `It ended early: ${clean(stopped ?? state)}`)];
  const compared = published === null ? [] : [`${count(different, "event")} would end otherwise than with the published version.`];
  const failures = draft.failures.map(({ count: n, message }) => paint(paper, "red", `${n} x ${clean(message)}`));
  return [
    `Tried on ${done} of ${count(total, "event")}. Nothing was written.`,
    ...ended,
    "",
    table(rows, columns, paper),
    "",
    ...compared,
    ...failures,
  ]
    .join("\n")
    .trimEnd();
}
