/** Tags of all connected sub-accounts: what they are, how they are changed, and the rules that clean them. */
import { z } from "zod";

const kind = z.string().min(1).max(120);
const tagName = z
  .string()
  .max(200)
  .transform((name) => name.trim())
  .refine((name) => name !== "", "is empty");
const connectionId = z.string().min(1).max(64);
const mostNames = 200;
const names = z
  .array(tagName)
  .min(1, "choose at least one tag")
  .max(mostNames)
  .transform((all) => [...new Set(all)]);

/** A tag in one sub-account. `carriers` is null where nobody has counted, or nobody can. */
const tagThere = z.object({
  connection: z.string(),
  carriers: z.number().nullable(),
  countedAt: z.number().nullable(),
  readAt: z.number(),
});
export const tagView = z.object({
  kind,
  name: z.string(),
  colour: z.string().nullable(),
  description: z.string().nullable(),
  there: z.array(tagThere),
  /** Over all sub-accounts; null: some were not counted. */
  carriers: z.number().nullable(),
  /** Since when nothing carries it anywhere; null: something does, or nobody knows. */
  unusedSince: z.number().nullable(),
});
export type TagView = z.infer<typeof tagView>;
const tagKindView = z.object({
  id: kind,
  title: z.string(),
  app: z.string(),
  /** What carries them, in the plural; null: nobody can ask. */
  carriers: z.string().nullable(),
  /** Why nobody can change them; null: they can be changed. */
  readOnly: z.string().nullable(),
});
const nearGroup = z.object({
  kind,
  keeper: z.string(),
  names: z.array(z.string()),
  why: z.array(z.enum(["case", "spaces", "plural", "spelling"])),
});
export type NearTags = z.infer<typeof nearGroup>;
const archivedTag = z.object({ job: z.string(), kind, names: z.array(z.string()), at: z.number(), carriers: z.number() });
export const tagList = z.object({
  kinds: z.array(tagKindView),
  /** The sub-accounts that have tags, and why one could not be read the last time. */
  accounts: z.array(z.object({ id: z.string(), title: z.string(), problem: z.string().nullable() })),
  tags: z.array(tagView),
  groups: z.array(nearGroup),
  archived: z.array(archivedTag),
  /** How far the reading is that is under way; null: there is none. */
  reading: z.object({ done: z.number(), total: z.number().nullable() }).nullable(),
});
export type TagList = z.infer<typeof tagList>;

export const tagNoteBody = z.object({
  kind,
  name: tagName,
  colour: z
    .string()
    .regex(/^#[0-9a-f]{6}$/i, "write a colour such as #b45309")
    .nullable(),
  description: z
    .string()
    .max(500)
    .transform((text) => text.trim() || null)
    .nullable(),
});
export type TagNoteBody = z.output<typeof tagNoteBody>;

/** What is to be done with tags. `target`: the tag that is kept by a merge, or the new name. `accounts`: only in these sub-accounts. */
export const tagDeedBody = z.object({
  kind,
  deed: z.enum(["merge", "rename", "archive", "delete"]),
  names,
  target: tagName.optional(),
  accounts: z.array(connectionId).min(1).max(500).optional(),
});
export type TagDeedBody = z.output<typeof tagDeedBody>;
export type TagDeedInput = z.input<typeof tagDeedBody>;

const tagUse = z.object({
  tag: z.string(),
  kind: z.enum(["flow", "rule", "mapping"]),
  id: z.string(),
  title: z.string(),
  /** Whether a flow that is on uses it now. */
  live: z.boolean(),
});
export type TagUse = z.infer<typeof tagUse>;
export const tagPreview = z.object({
  title: z.string(),
  /** How many carriers are touched. Where several tags go, one that has two of them is counted twice. */
  touched: z.number(),
  calls: z.number(),
  ms: z.number(),
  accounts: z.array(z.object({ title: z.string(), touched: z.number() })),
  /** What mentions one of the tags. */
  uses: z.array(tagUse),
  carriers: z.string(),
});
export type TagPreview = z.infer<typeof tagPreview>;

export const tagJobView = z.object({
  id: z.string(),
  kind,
  title: z.string(),
  deed: z.enum(["merge", "rename", "archive", "delete", "undo"]),
  names: z.array(z.string()),
  target: z.string().nullable(),
  accounts: z.array(z.string()),
  state: z.enum(["running", "paused", "done", "cancelled"]),
  stage: z.enum(["collect", "apply", "finish"]),
  problem: z.string().nullable(),
  total: z.number(),
  done: z.number(),
  failed: z.number(),
  /** Why some carriers could not be changed, the first few. */
  failures: z.array(z.object({ carrier: z.string(), error: z.string() })),
  /** Whether it can be undone. */
  canUndo: z.boolean(),
  undoneBy: z.string().nullable(),
  /** The rule that started it. */
  rule: z.string().nullable(),
  /** Who started it. */
  by: z.string().nullable(),
  createdAt: z.number(),
  endedAt: z.number().nullable(),
});
export type TagJobView = z.infer<typeof tagJobView>;
export const tagJobList = z.object({ jobs: z.array(tagJobView) });
export const tagJobPatch = z.object({ state: z.enum(["running", "paused", "cancelled"]) });

const ruleFields = {
  title: z.string().trim().min(1).max(120),
  deed: z.enum(["archive", "delete"]),
  /** Tags that nothing has carried for so many days; null: whether they are carried does not matter. */
  unusedDays: z.number().int().min(0).max(3650).nullable(),
  /** Names, `*` for anything; none: all tags. */
  names: z.array(tagName).max(mostNames),
  everyDays: z.number().int().min(1).max(90),
  active: z.boolean(),
};
export const tagRuleBody = z.object({ kind, ...ruleFields, active: ruleFields.active.default(true) });
export type TagRuleBody = z.output<typeof tagRuleBody>;
/** Fields left out stay as they are. */
export const tagRulePatch = z.object(ruleFields).partial();
export type TagRulePatchBody = z.output<typeof tagRulePatch>;
export const tagRuleView = z.object({
  id: z.string(),
  kind,
  ...ruleFields,
  names: z.array(z.string()),
  nextAt: z.number(),
  /** The tags it would clean by what is known now, and those it would leave. */
  finds: z.object({ clean: z.array(z.string()), leave: z.array(z.object({ name: z.string(), why: z.string() })) }),
  /** What its last runs did, the newest first. */
  reports: z.array(
    z.object({
      at: z.number(),
      cleaned: z.array(z.string()),
      left: z.array(z.object({ name: z.string(), why: z.string() })),
      jobId: z.string().nullable(),
      problem: z.string().nullable(),
    }),
  ),
});
export type TagRuleView = z.infer<typeof tagRuleView>;
export const tagRuleList = z.object({ rules: z.array(tagRuleView) });
