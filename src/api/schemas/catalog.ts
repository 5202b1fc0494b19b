/** The catalog, and a single call of one of its operations. */
import { z } from "zod";
import { listRows } from "#catalog/types.ts";
import { appId } from "./common.ts";
import { effectView } from "./dry-runs.ts";
import { exchangeView, listRead } from "./runs.ts";

export const catalogEntry = z.object({
  key: z.string(),
  app: z.string(),
  kind: z.enum(["trigger", "action", "change", "webhook", "schedule", "manual"]),
  title: z.string(),
  category: z.string(),
  effect: z.string().nullable(),
  method: z.string().nullable(),
  path: z.string().nullable(),
  version: z.string().nullable(),
  /** The id of the same in the vendor's newer API, where it has it. */
  newer: z.string().optional(),
  scopes: z.array(z.string()),
  /** The scopes follow from a rule of ours, where the vendor names none. */
  scopesLikely: z.boolean().optional(),
  deprecated: z.boolean(),
  inputs: z.array(z.record(z.string(), z.unknown())),
  output: z.unknown().optional(),
  example: z.unknown().optional(),
  note: z.string().optional(),
  /** A webhook whose losses a list can make good: the inputs that list wants of the user. */
  reconcile: z.array(z.string()).optional(),
  /** A change trigger: the events that report the change sooner than a poll. */
  events: z.array(z.string()).optional(),
  /** Two calls or a decision behind one name. */
  recipe: z.boolean(),
  /** It takes further members beside its fields, under `$more`: what the other side takes and does not describe. */
  takesMore: z.boolean(),
  /** The fields that may be emptied on purpose, where it changes records: with `{ "$empty": true }`. */
  empties: z.array(z.string()),
});
export const catalogQuery = z.object({
  app: z.string().max(60).optional(),
  q: z.string().max(200).optional(),
  /** One of them by its key; also an endpoint's own (`contacts/create-contact`) and one of the newer API (`contacts.create@v3`). */
  key: z.string().max(200).optional(),
  /** With every endpoint of the apps that have them under keys of their own. */
  endpoints: z.stringbool().optional(),
});
export const catalogList = z.object({ operations: z.array(catalogEntry) });
export const callBody = z.object({
  /** Where it is left out, the main app. */
  app: appId.optional(),
  operation: z.string().max(200),
  connection: z.string().max(120).optional(),
  input: z.record(z.string(), z.unknown()).default({}),
  /** Of a list: how many rows to read at most; 1,000 where it is not said. */
  rows: z.int().min(1).max(listRows.most).optional(),
  dry: z.boolean().default(false),
});
export const callReply = z.object({
  output: z.unknown(),
  /** Of a list: how far it was read. */
  list: listRead.optional(),
  effects: z.array(effectView.omit({ step: true })).optional(),
  notices: z.array(z.string()).optional(),
  exchanges: z.array(exchangeView),
});
export type CatalogEntry = z.infer<typeof catalogEntry>;
