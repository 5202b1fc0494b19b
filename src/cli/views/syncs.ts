/** Pure: syncs, their pairs and previews, as people read them. */
import type { SyncLinkView, SyncPreview, SyncView, SyncWriteView } from "#api/schemas/syncs.ts";
import { count, localTime, paint, type Paper } from "../text.ts";
import { facts, table } from "../table.ts";

interface Problem {
  field: string;
  problem: string;
  level: "error" | "warning";
}

const arrows = { toA: "<-", toB: "->", both: "<->" } as const;

/** How a sync stands, in a few words. */
export function standing({ status, job, counts, asking, inStepSince }: SyncView): string {
  if (asking) return `waits for your answer: ${count(asking.deletions, "deletion")}`;
  const first = job?.learns ? "learning what is there" : "first sync";
  if (status === "first") return job?.total ? `${first}, ${Math.floor((100 * job.done) / job.total)} %` : `${first}, reading`;
  if (status !== "on") return status === "draft" ? "not started" : status;
  if (counts.conflicts > 0) return `${count(counts.conflicts, "conflict")} to decide`;
  if (counts.problems > 0) return count(counts.problems, "problem");
  return inStepSince === null ? "on" : "in step";
}

const sidesOf = ({ definition: { a, b } }: SyncView): string => `${a.connection}: ${a.type} <-> ${b.connection}: ${b.type}`;

export const syncLine = (sync: SyncView): string => `${sync.name}: ${standing(sync)}`;

export function syncTable(syncs: readonly SyncView[], paper: Paper): string {
  if (syncs.length === 0) return "There is no sync yet. Add one: millrace sync add FILE";
  return table(
    syncs,
    [
      { title: "name", value: ({ name }) => name },
      { title: "state", value: standing, style: (sync) => (standing(sync) === "in step" ? "green" : "yellow") },
      { title: "pairs", value: ({ counts }) => String(counts.linked) },
      { title: "records", value: sidesOf },
    ],
    paper,
  );
}

export function problemLines(problems: readonly Problem[], paper: Paper): string[] {
  return problems.map(({ problem, level }) => `${paint(paper, level === "error" ? "red" : "yellow", level)}  ${problem}`);
}

export function syncPage(sync: SyncView, problems: readonly Problem[], paper: Paper): string {
  const { counts, definition, job, reason } = sync;
  const head = facts(
    [
      ["state", standing(sync)],
      ["why", reason],
      ["records", sidesOf(sync)],
      [
        "pairs",
        `${counts.linked}; ${counts.conflicts} to decide, ${counts.problems} with a problem, ${counts.waiting} alone, ${counts.ignored} left out`,
      ],
      [
        "job",
        job &&
          `${job.kind}, ${job.state}: ${job.done}${job.total === null ? "" : ` of ${job.total}`}${job.problem ? `. ${job.problem}` : ""}`,
      ],
      ["ends", job?.endsAt ? localTime(job.endsAt) : null],
    ],
    paper,
  );
  const fields = definition.fields.map(({ a, b, way }) => `${a} ${arrows[way]} ${b}`);
  return [paint(paper, "bold", sync.name), head, "", ...fields, ...problemLines(problems, paper)].join("\n");
}

export function linkTable(links: readonly SyncLinkView[], paper: Paper): string {
  if (links.length === 0) return "There is no such pair.";
  return table(
    links,
    [
      { title: "name", value: ({ name }) => name },
      { title: "a", value: ({ a }) => a ?? "" },
      { title: "b", value: ({ b }) => b ?? "" },
      { title: "to decide", value: ({ conflicts }) => conflicts.map(({ label }) => label).join(", ") },
      { title: "problem", value: ({ problem, ignored }) => problem ?? (ignored ? "left out" : "") },
    ],
    paper,
  );
}

const previewWords = {
  same: "belong together, and nothing is written",
  matched: "belong together, and are brought into step",
  conflict: "belong together, and differ in fields that go both ways",
  createA: "are made in a",
  createB: "are made in b",
  ambiguous: "could belong to several: you say which",
  left: "are left out",
} as const;

export function previewPage({ read, counts, examples, calls, seconds }: SyncPreview, paper: Paper): string {
  const kinds = Object.keys(previewWords) as (keyof typeof previewWords)[];
  const lines = kinds.flatMap((kind) => {
    const n = counts[kind] ?? 0;
    if (n === 0) return [];
    const shown = (examples[kind] ?? [])
      .slice(0, 3)
      .map(({ a, b, note }) => `    ${[a?.name, b?.name].filter(Boolean).join(" / ")}  ${note}`.trimEnd());
    return [`${String(n).padStart(7)}  ${previewWords[kind]}`, ...shown.map((line) => paint(paper, "dim", line))];
  });
  const cost = calls === null ? [] : [`${count(calls, "call")}, about ${durationWords(seconds ?? 0)} with the quota there is.`];
  return [`Read ${read.a} records of a and ${read.b} of b.`, ...lines, ...cost].join("\n");
}

const durationWords = (seconds: number): string =>
  seconds < 90
    ? count(Math.ceil(seconds), "second")
    : seconds < 5_400
      ? count(Math.round(seconds / 60), "minute")
      : count(Math.round(seconds / 3_600), "hour");

interface UndoView {
  undo: readonly SyncWriteView[];
  left: readonly { name: string; why: string }[];
  count: number;
}

export function undoPage({ undo, left, count: records }: UndoView, paper: Paper): string {
  if (records === 0) return "There is nothing to undo: it was undone before, or nothing was written.";
  const how = { create: "made again", update: "changed back", archive: "archived", delete: "deleted" } as const;
  const lines = undo.flatMap(({ name, kind, changes }) => [
    `${name}: ${how[kind]}`,
    ...(kind === "update"
      ? changes.map(({ label, before, after }) => paint(paper, "dim", `    ${label}: ${textOf(before)} -> ${textOf(after)}`))
      : []),
  ]);
  const more = records - undo.length - left.length;
  return [...lines, ...left.map(({ name, why }) => `${name}: stays. ${why}`), ...(more > 0 ? [`… and ${more} more`] : [])].join("\n");
}

const textOf = (value: unknown): string =>
  value === null || value === undefined ? "nothing" : typeof value === "string" ? value : JSON.stringify(value);
