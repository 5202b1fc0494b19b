/** A rule while it is edited: the rows of each kind stay when another kind is looked at. Pure. */
import type { Rule } from "#api/schemas.ts";
import { lackingValue } from "#engine/mapping/words/conditions.ts";
import { wordOf } from "./rule-call.ts";
import { comparisonText, readComparison, type Comparison } from "./comparison.ts";

/** A cell holds what was saved (a number, say) until somebody types. */
export type Result = string | number | boolean;

export interface TableRow {
  id: number;
  from: string;
  to: Result;
}
export interface ConditionRow extends Comparison {
  id: number;
  to: Result;
}

export interface RuleDraft {
  title: string;
  description: string;
  kind: Rule["kind"];
  table: TableRow[];
  conditions: ConditionRow[];
  filters: string;
  /** Who is in a segment. */
  condition: string;
  code: string;
  isTyped: boolean;
  exact: boolean;
  otherwise: "keep" | "missing" | "fail" | "value";
  other: Result;
}

let ids = 0;
/** Rows are told apart by a number, since two may say the same while they are edited. */
export const newTableRow = (from = "", to: Result = ""): TableRow => ({ id: ++ids, from, to });
export const newConditionRow = (): ConditionRow => ({ id: ++ids, operator: "==", operand: "", to: "" });

/** A new rule of a kind. */
export const emptyDraft = (kind: Rule["kind"]): RuleDraft => ({
  title: "",
  description: "",
  kind,
  table: [newTableRow(), newTableRow(), newTableRow()],
  conditions: [newConditionRow()],
  filters: "",
  condition: "",
  code: "return value;",
  isTyped: false,
  exact: false,
  otherwise: "fail",
  other: "",
});

/** A saved rule, to be edited. */
export function draftOf(rule: Rule): RuleDraft {
  const draft = { ...emptyDraft(rule.kind), title: rule.title, description: rule.description ?? "" };
  if (rule.kind === "format") return { ...draft, filters: rule.filters };
  if (rule.kind === "segment") return { ...draft, condition: rule.if };
  if (rule.kind === "script") return { ...draft, code: rule.code, isTyped: rule.language === "typescript" };
  const { otherwise } = rule;
  const rest = typeof otherwise === "string" ? { otherwise, other: "" } : { otherwise: "value" as const, other: otherwise.value };
  if (rule.kind === "table")
    return { ...draft, ...rest, exact: rule.exact ?? false, table: rule.rows.map(({ from, to }) => newTableRow(from, to)) };
  return { ...draft, ...rest, conditions: rule.rows.map((row) => ({ id: ++ids, ...readComparison(row.if), to: row.to })) };
}

/** What would be saved. Rows with nothing in them are left out. */
export function ruleOf(draft: RuleDraft): Rule {
  const description = draft.description.trim();
  const common = { title: draft.title.trim(), ...(description !== "" && { description }) };
  if (draft.kind === "format") return { ...common, kind: "format", filters: draft.filters.trim() };
  if (draft.kind === "segment") return { ...common, kind: "segment", if: draft.condition.trim() };
  if (draft.kind === "script") return { ...common, kind: "script", code: draft.code, ...(draft.isTyped && { language: "typescript" }) };
  const otherwise = draft.otherwise === "value" ? { value: draft.other } : draft.otherwise;
  if (draft.kind === "table")
    return { ...common, kind: "table", rows: filledRows(draft.table), ...(draft.exact && { exact: true }), otherwise };
  const rows = draft.conditions
    .filter((row) => row.to !== "" || row.operand !== "")
    .map((row) => ({ if: comparisonText(row), to: row.to }));
  return { ...common, kind: "conditions", rows, otherwise };
}

const filledRows = (rows: readonly TableRow[]) =>
  rows.filter(({ from, to }) => from !== "" || to !== "").map(({ from, to }) => ({ from, to }));

/** What has to be filled in before a rule can be saved; null where nothing has. */
export function missingIn(draft: RuleDraft): string | null {
  if (draft.title.trim() === "") return `Give the ${wordOf(draft.kind)} a title.`;
  const rule = ruleOf(draft);
  const conditions = rule.kind === "segment" ? [rule.if] : rule.kind === "conditions" ? rule.rows.map((row) => row.if) : [];
  if (conditions.some(lacksValue)) return "A condition lacks its value.";
  if (rule.kind === "segment") return rule.if === "" ? "Choose at least one condition." : null;
  if (rule.kind === "format") return rule.filters === "" ? "Choose at least one filter." : null;
  if (rule.kind === "script") return rule.code.trim() === "" ? "Write the script." : null;
  return rule.rows.length === 0 ? "Fill in at least one row." : null;
}

/** Whether a comparison in it is not finished; texts in quotes are its values. */
const lacksValue = (condition: string): boolean => condition.replace(/'[^']*'|"[^"]*"/g, "").includes(lackingValue);

/** The rows with a paste at one of them: its cells replace those from there on, and further rows are added. */
export function pasteRows(rows: readonly TableRow[], at: number, pasted: readonly (readonly [string, string])[]): TableRow[] {
  const after = [...rows];
  for (const [n, [from, to]] of pasted.entries()) {
    const row = after[at + n];
    after[at + n] = row ? { ...row, from, to } : newTableRow(from, to);
  }
  return after;
}

/** Which rows say the same as one before, by their id. */
export function repeatedRows(rows: readonly TableRow[], exact: boolean): ReadonlySet<number> {
  const seen = new Set<string>();
  const repeated = new Set<number>();
  for (const { id, from, to } of rows) {
    if (from === "" && to === "") continue;
    const key = exact ? from.trim() : from.trim().toLowerCase();
    if (seen.has(key)) repeated.add(id);
    seen.add(key);
  }
  return repeated;
}
