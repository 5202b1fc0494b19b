/** Pure: versions of a flow as people read them. */
import type { FlowChangeView, VersionView } from "#api/schemas.ts";
import { table } from "../table.ts";
import { ago, clean, type Paper } from "../text.ts";

export function versionTable(versions: readonly VersionView[], paper: Paper): string {
  if (versions.length === 0) return "Nothing is published yet.";
  return table(
    versions,
    [
      { title: "version", value: ({ version, published }) => `v${version}${published ? " (published)" : ""}` },
      { title: "when", value: ({ publishedAt }) => ago(paper, publishedAt) },
      { title: "by", value: ({ by }) => by ?? "" },
      { title: "note", value: ({ note }) => note ?? "" },
    ],
    paper,
  );
}

/** The differences, a sentence on each line. */
export const changeLines = (changes: readonly FlowChangeView[]): string =>
  changes.length === 0 ? "They are the same." : changes.map(({ text }) => clean(text)).join("\n");
