/** Parts that flows share: transformation rules and mapping templates. */
import { z } from "zod";
import { jsonValue, mappingTemplate, partName, ruleDefinition } from "#engine/flow/format.ts";
import { appId } from "./common.ts";

export { mappingTemplate, ruleDefinition } from "#engine/flow/format.ts";
export type { MappingTemplate, Rule } from "#engine/flow/format.ts";

/** `replaces`: the version that was read before; 0 for a new one. Another version there is then a conflict. Without it, whatever is there is replaced. */
export const partQuery = z.object({ replaces: z.coerce.number().int().min(0).optional() });

const partView = z.object({
  name: z.string(),
  title: z.string(),
  description: z.string().nullable(),
  version: z.number(),
  createdAt: z.number(),
  updatedAt: z.number(),
  /** How many flows use it, in their draft or in what is published. */
  flows: z.number(),
});

/** A flow that uses a part. */
const flowUse = z.object({
  id: z.string(),
  name: z.string(),
  status: z.enum(["draft", "on", "off"]),
  /** Whether its draft does, and whether its published version does. */
  draft: z.boolean(),
  published: z.boolean(),
});
export type FlowUse = z.infer<typeof flowUse>;

export const ruleView = partView.extend({
  kind: z.enum(["table", "conditions", "format", "segment", "script"]),
  /** Rows; of a format, a segment and a script, 0. */
  rows: z.number(),
});
export const ruleDetail = ruleView.extend({
  definition: ruleDefinition,
  usedBy: z.array(flowUse),
  /** The mapping templates that use it. */
  mappings: z.array(z.object({ name: z.string(), title: z.string() })),
});
export const ruleList = z.object({ rules: z.array(ruleView) });

export const mappingView = partView.extend({
  app: z.string(),
  operation: z.string(),
  /** The names of the fields that it fills. */
  fields: z.array(z.string()),
});
/** `usedBy`: flows with a step that is filled as it says. A step has a copy, so one that was changed since is not among them. */
export const mappingDetail = mappingView.extend({ definition: mappingTemplate, usedBy: z.array(flowUse) });
export const mappingQuery = z.object({ app: appId.optional(), operation: z.string().max(200).optional() });
export const mappingList = z.object({ mappings: z.array(mappingView) });

const version = z.object({ version: z.number(), at: z.number(), by: z.string().nullable() });
export const ruleVersions = z.object({ versions: z.array(version.extend({ definition: ruleDefinition })) });
export const mappingVersions = z.object({ versions: z.array(version.extend({ definition: mappingTemplate })) });

/** A rule that need not be saved, with values to try it with. */
export const tryRuleBody = z.object({ rule: ruleDefinition, values: z.array(jsonValue).min(1).max(100) });
/** For each value what the rule gives; `missing`: nothing. `problem`: why a run would stop. */
export const tryRuleReply = z.object({
  results: z.array(z.object({ value: z.unknown().optional(), missing: z.boolean(), problem: z.string().nullable() })),
});

/** Rules and mapping templates as a file. */
export const partFile = z.object({
  rules: z.record(partName, ruleDefinition).optional(),
  mappings: z.record(partName, mappingTemplate).optional(),
});
const partNames = z
  .string()
  .max(10_000)
  .refine(
    (text) => text.split(",").every((name) => name === "" || partName.safeParse(name).success),
    "takes names with commas between them",
  );
/** `flow`: what this flow uses. `rules`, `mappings`: these, by name, with commas between them. Without any, all parts. */
export const partExportQuery = z.object({
  flow: z.string().max(64).optional(),
  rules: partNames.optional(),
  mappings: partNames.optional(),
});
/** What happens where another part of the name is there: stop (nothing is imported), keep it, or replace it. */
export const existingParts = z.enum(["stop", "keep", "replace"]).default("stop");
export const partImportBody = partFile.extend({ existing: existingParts });
export const partImportReply = z.object({
  parts: z.array(
    z.object({
      kind: z.enum(["rule", "mapping"]),
      name: z.string(),
      title: z.string(),
      did: z.enum(["created", "same", "kept", "replaced"]),
    }),
  ),
});

export type RuleView = z.infer<typeof ruleView>;
export type RuleDetail = z.infer<typeof ruleDetail>;
export type MappingView = z.infer<typeof mappingView>;
export type MappingDetail = z.infer<typeof mappingDetail>;
export type PartFile = z.infer<typeof partFile>;
export type PartImportBody = z.infer<typeof partImportBody>;
export type PartImportReply = z.infer<typeof partImportReply>;
export type TryRuleReply = z.infer<typeof tryRuleReply>;
