import { z } from "zod";
import { connection, fields, name, reference } from "#engine/flow/kinds/schemas.ts";

/** The sync format: a sync as people read it, keep it in git and send it to the API. What its parts mean together is checked in check.ts. */

/** One of the two sides. */
export const syncSide = z.enum(["a", "b"]);
export type Side = z.infer<typeof syncSide>;

const sideDefinition = z.strictObject({
  app: reference,
  /** The id of a record type of the app: `contact`. */
  type: reference,
  connection,
  input: fields.optional().describe("What its list is asked with: the calendar of appointments, say."),
});

/** Who wins where both sides changed the same value: the newer change, one side, or a person who is asked. */
export const conflictPolicy = z.enum(["newest", "a", "b", "ask"]);
export type ConflictPolicy = z.infer<typeof conflictPolicy>;

const condition = z.string().trim().min(1).max(2000);
const template = z.string().min(1).max(5000);
const field = z.string().min(1).max(200);

/** A row of fields: which value of one side is which of the other, and which way it goes. */
export const fieldPair = z.strictObject({
  a: field,
  b: field,
  way: z.enum(["toA", "toB", "both"]),
  toA: template
    .optional()
    .describe("A template over `value` and `record` that makes a's value of b's. Without it the value goes as it is."),
  toB: template.optional(),
  conflict: conflictPolicy.optional().describe("For this field alone."),
});
export type FieldPair = z.infer<typeof fieldPair>;

/** How two records are known to be the same: all of these pairs are equal, compared as what they are (an e-mail without case, a phone by its number). */
export const matchRule = z
  .array(z.strictObject({ a: field, b: field }))
  .min(1)
  .max(5);
export type MatchRule = z.infer<typeof matchRule>;

/** What happens to the other record when one is deleted. */
export const deletePolicy = z.enum(["nothing", "archive", "delete"]);

export const syncDefinition = z.strictObject({
  name,
  a: sideDefinition,
  b: sideDefinition,
  match: z.array(matchRule).max(10).describe("In this order; the first rule that finds exactly one counts."),
  fields: z.array(fieldPair).min(1).max(200),
  only: z
    .strictObject({ a: condition.optional(), b: condition.optional() })
    .optional()
    .describe("Which records take part: a condition over `record`, for each side."),
  create: z.strictObject({ a: z.boolean(), b: z.boolean() }).describe("Whether a record that the side does not have is made there."),
  conflict: conflictPolicy,
  deletes: z.strictObject({
    a: deletePolicy.describe("What happens at a when b's record was deleted."),
    b: deletePolicy,
    most: z.number().min(0).max(1).default(0.05).describe("The share of records above which deletions wait for a person."),
  }),
  parents: z
    .array(z.strictObject({ a: field, b: field, sync: z.string().max(80) }))
    .max(5)
    .optional()
    .describe("Fields that name another record (a note's contact), and the sync that knows which records of it belong together."),
  every: z.string().max(20).optional().describe("How often each side is read for certainty; 5 minutes when absent."),
});
export type SyncDefinition = z.infer<typeof syncDefinition>;
