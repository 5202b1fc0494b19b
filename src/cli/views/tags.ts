/** Pure: tags and what is done with them, as people read it. */
import { formatDuration } from "#kernel/durations.ts";
import type { TagJobView, TagList, TagPreview, TagView } from "#api/schemas.ts";
import { table } from "../table.ts";
import { ago, brief, clean, count, type Paper } from "../text.ts";

export function tagTable(tags: readonly TagView[], { accounts }: Pick<TagList, "accounts">, paper: Paper): string {
  if (tags.length === 0) return "No tag. Read what the sub-accounts have: millrace tags read";
  const title = (id: string) => accounts.find((account) => account.id === id)?.title ?? "";
  return table(
    tags,
    [
      { title: "tag", value: ({ name }) => name },
      { title: "carried by", value: ({ carriers }) => (carriers === null ? "not counted" : String(carriers)) },
      { title: "unused since", value: ({ unusedSince }) => (unusedSince === null ? "" : ago(paper, unusedSince)) },
      { title: "sub-accounts", value: ({ there }) => there.map(({ connection }) => title(connection)).join(", ") },
      { title: "description", value: ({ description }) => description ?? "" },
    ],
    paper,
  );
}

export function groupLines({ groups }: Pick<TagList, "groups">): string {
  return groups.map(({ keeper, names }) => `Look alike: ${names.map(clean).join(", ")} (keep ${clean(keeper)})`).join("\n");
}

export function previewLines({ title, touched, carriers, calls, ms, accounts, uses }: TagPreview): string {
  return [
    clean(title),
    `${touched} ${carriers}, about ${count(calls, "call")}, about ${formatDuration(Math.max(1000, Math.round(ms / 1000) * 1000))}`,
    ...accounts.map((account) => `  ${clean(account.title)}: ${account.touched}`),
    ...uses.map((use) => `  Mentioned by the ${use.kind} ${clean(use.title)}${use.live ? ", which is on" : ""}: ${clean(use.tag)}`),
  ].join("\n");
}

export function jobTable(jobs: readonly TagJobView[], paper: Paper): string {
  if (jobs.length === 0) return "No tag was changed yet.";
  return table(
    jobs,
    [
      { title: "change", value: ({ title }) => title },
      { title: "state", value: ({ state }) => state, style: ({ state }) => (state === "paused" ? "yellow" : undefined) },
      { title: "done", value: ({ done, total }) => `${done} of ${total}` },
      { title: "failed", value: ({ failed }) => String(failed), style: ({ failed }) => (failed > 0 ? "red" : "dim") },
      { title: "begun", value: ({ createdAt }) => ago(paper, createdAt) },
      { title: "why", value: ({ problem }) => (problem === null ? "" : brief(problem)) },
      { title: "id", value: ({ id }) => id, style: () => "dim" },
    ],
    paper,
  );
}

/** A job that was just begun, and how to follow it. */
export const begunLine = ({ title, id }: TagJobView): string => `Begun: ${clean(title)} (${id}). See how far it is: millrace tags jobs`;
