import { type Condition, type ConditionGroup, type ConditionRow, readCondition, type RowOperator, takesRight } from "./conditions.ts";
import { expressionWords } from "./expressions.ts";
import { readChain, readLiteral, readPath } from "./parts.ts";
import type { SourceNames } from "./paths.ts";

/** What an operator is called between its two sides: as it is, and denied. */
interface OperatorWords {
  says: string;
  denies: string;
  /** The same of a date. */
  ofDate?: { says: string; denies: string };
}

/** The words of the operators, for forms as well as for sentences. */
export const operatorWords: Readonly<Record<RowOperator, OperatorWords>> = {
  is: { says: "is", denies: "is not" },
  isNot: { says: "is not", denies: "is" },
  contains: { says: "contains", denies: "does not contain" },
  containsNot: { says: "does not contain", denies: "contains" },
  moreThan: { says: "is more than", denies: "is not more than", ofDate: { says: "is after", denies: "is not after" } },
  atLeast: { says: "is at least", denies: "is not at least", ofDate: { says: "is not before", denies: "is before" } },
  lessThan: { says: "is less than", denies: "is not less than", ofDate: { says: "is before", denies: "is not before" } },
  atMost: { says: "is at most", denies: "is not at most", ofDate: { says: "is not after", denies: "is after" } },
  filled: { says: "has a value", denies: "is empty" },
  blank: { says: "is empty", denies: "has a value" },
  yes: { says: "is yes", denies: "is not yes" },
  no: { says: "is no", denies: "is not no" },
  inSegment: { says: "is in the segment", denies: "is not in the segment" },
  notInSegment: { says: "is not in the segment", denies: "is in the segment" },
  entersSegment: { says: "has just come into the segment", denies: "has not just come into the segment" },
  leavesSegment: { says: "has just left the segment", denies: "has not just left the segment" },
  there: { says: "exists, even if empty", denies: "does not exist" },
  missing: { says: "does not exist", denies: "exists, even if empty" },
  notEmpty: { says: "is not an empty text or list", denies: "is an empty text or list" },
  empty: { says: "is an empty text or list", denies: "is not an empty text or list" },
  holds: { says: "exists and is not no", denies: "does not exist or is no" },
};

const noNames: SourceNames = () => undefined;

/** A condition within a sentence: "the e-mail has a value and the score is at most 6". */
export function conditionWords(text: string, names: SourceNames = noNames): string {
  const condition = readCondition(text);
  return condition === null ? text.replace(/^\s*\{\{-?\s*|\s*-?\}\}\s*$/g, "") : wordsOf(condition, names);
}

/** The same for a condition that has been parsed already. */
const wordsOf = (condition: Condition, names: SourceNames = noNames): string =>
  condition.kind === "row" ? rowWords(condition, names, "says") : groupWords(condition, names);

function rowWords({ left, operator, right }: ConditionRow, names: SourceNames, how: "says" | "denies"): string {
  const { ofDate, ...usual } = operatorWords[operator];
  const words = (ofDate && (isDate(left) || isDate(right)) ? ofDate : usual)[how];
  return [
    expressionWords(left, names),
    isPlural(left) ? ofSeveral(words) : words,
    ...(takesRight(operator) ? [right === "" ? "…" : expressionWords(right, names)] : []),
  ].join(" ");
}

/** "The tags contain": whether a path ends with the name of several things. */
function isPlural(left: string): boolean {
  const last = readPath(left)?.at(-1);
  return typeof last === "string" && /[^su]s$/i.test(last) && !/(?:address|status|news)$/i.test(last);
}

const ofSeveral = (words: string): string =>
  words
    .replace(/\bis\b/, "are")
    .replace(/^has\b/, "have")
    .replace(/^does\b/, "do")
    .replace(/^exists\b/, "exist")
    .replace(/^contains\b/, "contain");

function groupWords({ match, of }: ConditionGroup, names: SourceNames): string {
  const [only] = of;
  if (only === undefined) return match === "all" || match === "none" ? "always" : "never";
  const negates = match === "none" || match === "notAll";
  if (negates && of.length === 1 && only.kind === "row") return rowWords(only, names, "denies");
  const by = match === "all" || match === "notAll" ? "and" : "or";
  const said =
    (by === "or" && oneOf(of, names)) ||
    joined(
      of.map((one) => innerWords(one, by, names)),
      by,
    );
  return negates ? `it is not true that ${said}` : said;
}

/** A group within another, so that nobody reads it in two ways. */
function innerWords(condition: Condition, by: "and" | "or", names: SourceNames): string {
  const words = wordsOf(condition, names);
  if (condition.kind === "row" || condition.of.length < 2) return words;
  if (condition.match === "any" && by === "and") return / is .*? or /.test(words) && oneOf(condition.of, names) ? words : `either ${words}`;
  return condition.match === "all" && by === "or" && condition.of.length === 2 ? words : `(${words})`;
}

/** "the plan is 'a', 'b' or 'c'", where several rows ask the same field for a value. */
function oneOf(of: readonly Condition[], names: SourceNames): string | undefined {
  const [first, ...others] = of;
  if (first?.kind !== "row" || first.operator !== "is" || others.length === 0) return undefined;
  const rows = of.filter((one) => one.kind === "row" && one.operator === "is" && one.left === first.left) as ConditionRow[];
  if (rows.length < of.length) return undefined;
  return `${expressionWords(first.left, names)} is ${joined(
    rows.map(({ right }) => expressionWords(right, names)),
    "or",
  )}`;
}

function joined(clauses: readonly string[], by: "and" | "or"): string {
  if (clauses.length === 1) return clauses[0]!;
  const last = clauses.at(-1)!;
  const comma = clauses.some((clause) => / (?:and|or) /.test(clause.replace(/'[^']*'/g, ""))) ? "," : "";
  return `${clauses.slice(0, -1).join(", ")}${comma} ${by} ${last}`;
}

const dateName = /(?:date|time|birthday|deadline|(?:^|_)due|_at$|[a-z]At$|^(?:start|end)s?$)/i;

/** Whether an operand is surely, or by its name, a date. */
function isDate(text: string): boolean {
  const literal = readLiteral(text);
  if (literal) return typeof literal.value === "string" && /^\d{4}-\d{2}-\d{2}/.test(literal.value);
  const keys = readPath(text);
  if (keys) return keys[0] === "now" || (typeof keys.at(-1) === "string" && dateName.test(String(keys.at(-1))));
  const value = readChain(text.replace(/^\((.*)\)$/s, "$1"))?.value;
  return value === "'now'" || value === '"now"';
}
