/** Who changed what. */
import { z } from "zod";
import { type AuditedKind, changeKinds } from "#kernel/change-kinds.ts";
import { moment, rowNumber } from "./common.ts";

const kindList = z
  .string()
  .max(400)
  .transform((written, check) => {
    const named = written.split(",").filter((word) => word !== "");
    if (named.every((word): word is AuditedKind => (changeKinds as readonly string[]).includes(word))) return named;
    check.addIssue(`is one or several of ${changeKinds.join(", ")}`);
    return z.NEVER;
  });

const changeFilter = z.object({
  /** Each word is in the name of the record, what happened, or the values before and after. */
  text: z.string().max(400).optional(),
  /** One or several, comma separated. */
  kind: kindList.optional(),
  /** As in `by` of a change; `itself` for what Millrace did by itself. */
  by: z.string().max(100).optional(),
  /** The id of a record. */
  record: z.string().max(100).optional(),
  from: moment.optional(),
  to: moment.optional(),
});

export const changeQuery = changeFilter.extend({
  /** Those after this number, oldest first. */
  after: rowNumber.optional(),
  /** Those before this number. */
  before: rowNumber.optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const changeExportQuery = changeFilter.extend({ format: z.enum(["csv", "jsonl"]).default("csv") });
export type ChangeFilterQuery = z.output<typeof changeFilter>;

export const changeView = z.object({
  /** Grows with the order in which the changes were made. */
  seq: z.number(),
  /** `app`, `rule`, `mapping`, `flow`, `trigger` (under the id of its flow), `connection`, `inbox`, `template`, `api_key`, `agent`, `approval`, `session`, `private_host`, `member`, `workspace`, or `invitation` for those who may see people. */
  kind: z.string(),
  id: z.string(),
  /** What happened: `paused`, `published`, `address changed`. Of a connection also the status it came to. */
  what: z.string(),
  /** What it was called at the time. */
  name: z.string().nullable(),
  /** `key:` or `session:` and an id. Null: Millrace itself. */
  by: z.string().nullable(),
  /** The same in words. */
  who: z.string(),
  at: z.number(),
  /** The fields that changed. One without `before` and `after` may hold a secret, or is too long to keep. */
  fields: z.array(z.object({ field: z.string(), before: z.unknown().optional(), after: z.unknown().optional() })),
});
export type ChangeView = z.output<typeof changeView>;

/** `next`: the `after` (or `before`) of the next page; null when there is none. */
export const changeList = z.object({ changes: z.array(changeView), next: z.number().nullable() });

/** Who is named in the changes, the most recent first. */
export const changePeople = z.object({
  people: z.array(z.object({ by: z.string().nullable(), who: z.string(), since: z.number().optional() })),
});
