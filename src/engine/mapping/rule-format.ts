import { z } from "zod";

/** The format of transformation rules, as people write them, keep them in git and send them to the API. What is in them is checked in rules.ts. */

const line = (most: number) => z.string().trim().min(1, "is empty").max(most, `is longer than ${most} characters`);
const longestText = 4096;

/** What a rule can give: a rule's results are plain values, never lists or objects. */
const result = z.union([z.string().max(longestText, `is longer than ${longestText} characters`), z.number(), z.boolean()], {
  error: "takes a text, a number, true or false",
});

/** What happens to a value that no row is for. What is missing stays missing whatever this says. */
const otherwise = z
  .union([z.enum(["keep", "missing", "fail"]), z.strictObject({ value: result })], {
    error: "takes 'keep', 'missing', 'fail' or {\"value\": …}",
  })
  .describe("`keep`: the value as it is. `missing`: nothing, so the field is left out. `fail`: the run stops. Or a value for all others.");

const common = { title: line(120), description: z.string().trim().max(2000).optional() };

/** How rules and mapping templates are called: `{{ trigger.score | rule: 'score-tag' }}`. */
export const partName = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,59}$/, "takes small letters, digits and dashes, beginning with a letter or digit (60 at most)");

export const tableRule = z.strictObject({
  ...common,
  kind: z.literal("table"),
  rows: z
    .array(z.strictObject({ from: z.string().max(longestText, `is longer than ${longestText} characters`), to: result }))
    .min(1, "needs a row")
    .max(5000, "has more than 5,000 rows")
    .describe("A row whose `from` is empty is for values that are missing or blank."),
  exact: z.boolean().optional().describe("Tells upper from lower case."),
  otherwise,
});

export const conditionsRule = z.strictObject({
  ...common,
  kind: z.literal("conditions"),
  rows: z
    .array(z.strictObject({ if: line(2000), to: result }))
    .min(1, "needs a row")
    .max(200, "has more than 200 rows")
    .describe(
      "`if`: a condition on `value`. `to`: the result, which may be a template that reads `value`. The first row that holds counts.",
    ),
  otherwise,
});

export const formatRule = z.strictObject({
  ...common,
  kind: z.literal("format"),
  filters: line(2000).describe("A chain of filters: `strip | downcase | truncate: 40`."),
});

export const segmentRule = z.strictObject({
  ...common,
  kind: z.literal("segment"),
  if: line(8000).describe("A condition on `person`, the record that the segment is asked about: `person.tags contains 'promoter'`."),
});

export const scriptRule = z.strictObject({
  ...common,
  kind: z.literal("script"),
  code: z
    .string()
    .min(1, "is empty")
    .max(20_000, "is longer than 20,000 characters")
    .describe(
      "JavaScript: the body of a function, which reads `value` and ends with `return`. What is missing stays missing; `null` is nothing.",
    ),
  language: z.enum(["javascript", "typescript"]).optional().describe("Types are removed, not checked. JavaScript when absent."),
});

/** A transformation rule. */
export const ruleDefinition = z.discriminatedUnion("kind", [tableRule, conditionsRule, formatRule, segmentRule, scriptRule]);

export type Rule = z.infer<typeof ruleDefinition>;
export type TableRule = z.infer<typeof tableRule>;
export type ScriptRule = z.infer<typeof scriptRule>;
export type ConditionsRule = z.infer<typeof conditionsRule>;
/** Decides of a person, or any other record, whether it belongs to it. */
export type SegmentRule = z.infer<typeof segmentRule>;
/** A value that no row is for. */
export type Otherwise = TableRule["otherwise"];

/** Rules by name. */
export type Rules = Readonly<Record<string, Rule>>;
export const ruleSet = z.record(partName, ruleDefinition);

/** The kinds of the rules there are, by their names: which of them a text may use, and how. */
export type RuleKinds = Readonly<Record<string, Rule["kind"]>>;

export const ruleKindsOf = (rules: Rules): RuleKinds => Object.fromEntries(Object.entries(rules).map(([name, { kind }]) => [name, kind]));
