/** Who changed what. */
import { z } from "zod";

export const changeQuery = z.object({
  /** Those after this number, oldest first. */
  after: z.coerce.number().int().min(0).optional(),
  /** Those before this number. */
  before: z.coerce.number().int().min(0).optional(),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});

export const changeView = z.object({
  /** Grows with the order in which the changes were made. */
  seq: z.number(),
  /** `app`, `rule`, `mapping`, `flow`, `trigger` (under the id of its flow), `connection`, `inbox`, `template`, `api_key`, `session` or `private_host`. */
  kind: z.string(),
  id: z.string(),
  /** What happened: `paused`, `published`, `address changed`. Of a connection also the status it came to. */
  what: z.string(),
  /** What it was called at the time. */
  name: z.string().nullable(),
  /** `key:` or `session:` and an id. Null: Millrace itself. */
  by: z.string().nullable(),
  at: z.number(),
});
export type ChangeView = z.output<typeof changeView>;

/** `next`: the `after` (or `before`) of the next page; null when there is none. */
export const changeList = z.object({ changes: z.array(changeView), next: z.number().nullable() });
