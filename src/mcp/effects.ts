/** Pure: what a write would change, in lines. */
import type { z } from "zod";
import type { effectView } from "#api/schemas.ts";
import { plain } from "./data.ts";

type Effect = Omit<z.infer<typeof effectView>, "step"> & { step?: string };

/** "Would update 'Update contact': Ada Lovelace", and a line for each field with its old and its new value. */
export function effectLines({ effect, title, record, recordId, changes, tags, unchanged, warning, request }: Effect): string[] {
  const who = record ?? recordId;
  const what = `${plain(title)}${who === undefined ? "" : `: ${plain(who)}`}`;
  if (unchanged) return [`Nothing to change: ${what}`];
  const fields = changes.map(({ field, label, old, new: now, note }) => {
    const change = isNothing(old) ? plain(now) : isNothing(now) ? `${plain(old)} would be emptied` : `${plain(old)} -> ${plain(now)}`;
    return `  ${plain(label ?? field)}: ${change}${note === undefined ? "" : ` (${plain(note)})`}`;
  });
  const labels = [
    ...(tags?.added ?? []).map((tag) => `  tag + ${plain(tag)}`),
    ...(tags?.removed ?? []).map((tag) => `  tag - ${plain(tag)}`),
  ];
  const sent =
    fields.length + labels.length === 0 && request !== undefined
      ? [`  ${request.method} ${plain(request.url)} ${plain(request.sent ?? "", 1_000)}`]
      : [];
  return [
    `Would ${effect === "other" ? "write" : effect}: ${what}`,
    ...(warning === undefined ? [] : [`  ${plain(warning)}`]),
    ...fields,
    ...labels,
    ...sent,
  ];
}

const isNothing = (value: unknown) => value === undefined || value === null || value === "" || (Array.isArray(value) && value.length === 0);
