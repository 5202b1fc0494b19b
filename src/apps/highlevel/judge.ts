import { isObject } from "#kernel/json.ts";
import type { InputField, JsonSchema, Lookup, Operation } from "#catalog/types.ts";
import { operationOf } from "./derive.ts";
import { endpointFacts, newerId } from "./facts.ts";
import type { EndpointKey } from "./facts/keys.ts";
import { withFormats } from "./formats.ts";
import { notCarried } from "./newer.ts";
import { schemaAt } from "./schemas.ts";

/** What a person adds to the facts of one endpoint: what the vendor's description cannot know. Data only. */
export interface Judgement<LookupId extends string = string> extends Partial<Pick<Operation, Judged>> {
  endpoint: EndpointKey;
  kind: Operation["kind"];
  title: string;
  effect: Operation["effect"];
  /** By field name, in the order a form shows them; what is not named comes after. */
  fields?: Record<string, FieldJudgement<LookupId>>;
}
type Judged =
  | "category"
  | "rules"
  | "result"
  | "resultOr"
  | "list"
  | "lone"
  | "keyed"
  | "identity"
  | "identityOr"
  | "gone"
  | "changed"
  | "volatile"
  | "paging"
  | "newest"
  | "confirm"
  | "fresh"
  | "before"
  | "events"
  | "show"
  | "example"
  | "note"
  | "handsOver"
  | "output";

export interface FieldJudgement<LookupId extends string = string> extends Partial<
  Pick<InputField, "label" | "control" | "help" | "required" | "schema" | "fill" | "join" | "suggest" | "searches">
> {
  lookup?: Lookup & { operation: LookupId };
}

/** Operations from facts and judgement, by id. A key that is not in the facts does not compile; a field that is not stops here. */
export function judge(category: string, table: Readonly<Record<string, Judgement>>): Operation[] {
  return Object.entries(table).map(([id, judgement]) => judgeOne(id, category, judgement));
}

function judgeOne(id: string, category: string, { endpoint, fields = {}, ...judged }: Judgement): Operation {
  const facts = endpointFacts(endpoint);
  if (!facts) throw new Error(`${id}: there are no facts of ${endpoint}`);
  const base = operationOf(facts.endpoint, facts.module);
  const { newer, ...described } = base;
  const { result = "", resultOr = [] } = judged;
  return {
    ...described,
    ...(newer && !notCarried[id] ? { newer: newerId(id) } : {}),
    category,
    ...judged,
    id,
    input: judgeFields(id, base, fields),
    result,
    ...shown(judged),
    ...(base.output ? { output: judged.output ?? outputOf(base.output, [result, ...resultOr]) } : {}),
  };
}

/** An answer of a few words is shown whole, unless judgement says what of it. */
function shown({ show, example }: Pick<Judgement, "show" | "example">): Pick<Operation, "show"> {
  const all = show ?? (isObject(example?.output) ? Object.keys(example.output) : []);
  return all.length > 0 ? { show: all } : {};
}

/** The schema at the first of the paths that the description reaches. */
function outputOf(described: JsonSchema, paths: readonly string[]): JsonSchema {
  return paths.map((path) => schemaAt(described, path)).find((schema) => Object.keys(schema).length > 0) ?? {};
}

function judgeFields(id: string, { input: fields, path }: Operation, judged: Record<string, FieldJudgement>): InputField[] {
  const unknown = Object.keys(judged).find((name) => !fields.some((f) => f.name === name));
  if (unknown) throw new Error(`${id}: '${unknown}' is judged, but no field of the facts`);
  const rank = (f: InputField) => {
    const at = Object.keys(judged).indexOf(f.name);
    return at >= 0 ? at : f.required ? 1000 : 2000;
  };
  return fields.map((field) => merge(field, judged[field.name], path)).sort((a, b) => rank(a) - rank(b));
}

function merge(field: InputField, judged: FieldJudgement | undefined, path: string): InputField {
  if (!judged) return field;
  const control = judged.control ?? (judged.lookup ? "lookup" : undefined);
  const schema = withFormats(field.wire ?? field.name, judged.schema ?? field.schema, path);
  const merged = { ...field, ...judged, schema, ...(control ? { control } : {}) };
  if (judged.required === false) delete merged.required;
  return merged;
}

/** Shorthand for schemas that judgement mends. */
export const textList: JsonSchema = { type: "array", items: { type: "string" } };
