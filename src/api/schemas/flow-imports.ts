import { z } from "zod";
import { flowBody } from "./flows.ts";

/** A file of another tool: a workflow of n8n, a blueprint of Make, an export of Zapier. */
export const flowImportBody = z.strictObject({ text: z.string().min(1).max(10_500_000) });

const importLine = z.object({
  /** Where it was in the other tool: the step, and its field. */
  at: z.string(),
  /** What was there, shortened; absent where it is a secret. */
  value: z.string().optional(),
  why: z.string(),
  /** Absent where nothing is to be done. */
  todo: z.string().optional(),
  /** How many values of the file the line stands for. */
  count: z.number(),
});

const importCounts = z.object({
  /** Values that are in the flow. */
  converted: z.number(),
  /** Values that a person has to check. */
  toCheck: z.number(),
  /** Values that are ignored and that nobody misses. */
  ignored: z.number(),
  /** Values that nobody accounted for: none. */
  lost: z.number(),
});

const importedDraft = z.object({
  definition: flowBody,
  /** The flow in one sentence. */
  sentence: z.string(),
  /** Apps that need a connection, by id, with what they are called. */
  apps: z.array(z.object({ app: z.string(), title: z.string() })),
});

const importedFlow = z.object({
  name: z.string(),
  /** One for each trigger that the flow had; none where it could not be read as one. */
  drafts: z.array(importedDraft),
  counts: importCounts,
  todo: z.array(importLine),
  ignored: z.array(importLine),
  /** Why there is no draft. */
  refused: z.string().optional(),
});

export const flowImport = z.object({ tool: z.enum(["n8n", "make", "zapier"]), counts: importCounts, flows: z.array(importedFlow) });

export type FlowImport = z.infer<typeof flowImport>;
export type ImportedFlow = z.infer<typeof importedFlow>;
export type ImportedDraft = z.infer<typeof importedDraft>;
export type ImportLine = z.infer<typeof importLine>;
