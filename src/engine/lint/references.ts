import { choicesOf, findChoice, listed, titleOf, type Choice, type Search } from "#catalog/choices.ts";
import { splitList } from "#catalog/fit.ts";
import { fold } from "#catalog/text.ts";
import type { InputField } from "#catalog/types.ts";
import type { Reference, LintFinding } from "../types.ts";
import type { Literal } from "./literals.ts";
import type { Rows } from "./types.ts";

/** What became of a literal: what it means now, and what is wrong with it. */
export interface Judged {
  findings: LintFinding[];
  means?: Choice;
}

/** Pure: judges a literal by what its sub-account has, and by what it meant when it was last found. */
export function judge(literal: Literal, rows: readonly unknown[], parents: readonly unknown[], before: Reference | undefined): Judged {
  const choices = choicesOf(literal.lookup, rows);
  if (literal.idFor !== undefined) return judgeId(literal, literal.idFor, choices, before);
  const parent = parentValue(literal, parents);
  const search = findChoice(choices, literal.given, parent);
  if ("found" in search) return { means: search.found, findings: foundFindings(literal, search.found, choices, parent, before) };
  if ("several" in search) return { findings: literal.parent === null ? [] : [ambiguous(literal, search.several)] };
  if (isFree(literal)) return { findings: freeFindings(literal, search, before) };
  return { findings: [missing(literal, choices, search, before)] };
}

/** Where names are not looked up: a name is told with the id to write. */
function judgeId(
  literal: Literal,
  idFor: NonNullable<Literal["idFor"]>,
  choices: readonly Choice[],
  before: Reference | undefined,
): Judged {
  const means = choices.find(({ value }) => value === literal.given);
  if (means) return { means, findings: [] };
  const noun = /user|assigned/i.test(literal.field.name) ? "user" : nounOf(literal.field);
  const search = findChoice(choices, literal.given);
  const named = "found" in search ? [search.found] : "several" in search ? search.several : [];
  const why = idFor === "deep" ? "names are not looked up here" : `${idFor.compared} is an id: they are never equal`;
  if (named.length > 0) {
    const fix = `${idFor === "deep" ? "Write" : "Compare with"} the id: ${listed(named)}.`;
    return { findings: [tell(literal, "error", `'${literal.given}' is the name of a ${noun}, and ${why}`, fix)] };
  }
  const was = before ? ` any more (it was '${before.label}')` : "";
  const where = idFor === "deep" ? "" : `, which ${idFor.compared} is compared with`;
  const problem = `'${literal.place.connection}' has no ${noun} with the id ${literal.given}${was}${where}`;
  return { findings: [tell(literal, "warning", problem, repairOf(choices, search, before))] };
}

/** The reference a literal was when it was last found: at the same place, or at the same field where steps have moved. */
export function knownReference(references: readonly Reference[], { at, given, place, field }: Literal): Reference | undefined {
  const same = references.filter((r) => r.given === given && r.connection === place.connection);
  return same.find((r) => r.at === at) ?? same.find((r) => new RegExp(`\\.input\\.${field.name}\\b|\\.(filter|if)$`).test(r.at));
}

export const tell = (
  { place, field, at }: Pick<Literal, "place" | "field" | "at">,
  level: LintFinding["level"],
  problem: string,
  fix: string,
): LintFinding => ({
  level,
  at,
  step: place.step,
  field: field.name,
  problem,
  fix,
});

/** Such a text is not looked up: it is sent. */
const looksLikeId = ({ lookup, given }: Literal): boolean => lookup.id !== undefined && new RegExp(lookup.id).test(given);

/** What a field is called in a sentence: "the stage". */
export const nounOf = ({ control, label, name }: InputField): string =>
  control === "customFields" ? "custom field" : (label ?? name).toLowerCase();

function foundFindings(
  literal: Literal,
  found: Choice,
  choices: readonly Choice[],
  parent: string | undefined,
  before: Reference | undefined,
): LintFinding[] {
  const title = titleOf(found);
  if (looksLikeId(literal) && found.value !== literal.given)
    return [
      tell(
        literal,
        "error",
        `'${literal.given}' is the name of a ${nounOf(literal.field)}, and looks like an id: it is sent as it is`,
        `Write the id: ${found.value}.`,
      ),
    ];
  if (found.retired)
    return [
      tell(
        literal,
        "error",
        `${nounOf(literal.field)} '${title}' (${found.value}) of '${literal.place.connection}' is no longer active`,
        "Choose another, or have it made active again.",
      ),
    ];
  if (parent !== undefined && found.parent && found.parent.value !== parent)
    return [
      tell(
        literal,
        "error",
        `'${title}' lies in '${found.parent.label}', and ${literal.lookup.within!.field} names another`,
        `Leave ${literal.lookup.within!.field} out, or let the two agree.`,
      ),
    ];
  return [...movedFindings(literal, found, choices, before), ...optionFindings(literal, found)];
}

/** The name is there, and means something else than it did, while what it meant lives on under another. */
function movedFindings(literal: Literal, found: Choice, choices: readonly Choice[], before: Reference | undefined): LintFinding[] {
  const was = before && before.value !== found.value ? choices.find((choice) => choice.value === before.value) : undefined;
  if (!was) return [];
  const problem = `'${literal.given}' means another ${nounOf(literal.field)} (${found.value}) than when it was last checked; that one (${was.value}) is called '${titleOf(was)}' now`;
  return [tell(literal, "warning", problem, `Write '${titleOf(was)}' or ${was.value} if that one is meant.`)];
}

function optionFindings({ place, field, values = [] }: Literal, { options, label }: Choice): LintFinding[] {
  if (!options) return [];
  const known = new Set(options.map(fold));
  const isOption = (text: string) => known.has(fold(text)) || splitList(text).every((part) => known.has(fold(part)));
  return values
    .filter(({ given }) => !isOption(given))
    .map(({ at, given }) =>
      tell(
        { place, field, at },
        "error",
        `'${given}' is not among the options of '${label}' in '${place.connection}'`,
        `It takes ${options.join(", ")}.`,
      ),
    );
}

function ambiguous(literal: Literal, several: readonly Choice[]): LintFinding {
  const problem = `'${literal.given}' names ${several.length} of '${literal.place.connection}': ${listed(several)}`;
  const within = several[0]?.parent ? `Write it with what it lies in ('${titleOf(several[0])}'), or give` : "Give";
  return tell(literal, "error", problem, `${within} the id of the one that is meant.`);
}

/** Texts that need not be there already, such as tags. */
const isFree = ({ field, lookup }: Literal): boolean => field.control === "tags" && !lookup.by;

function freeFindings(literal: Literal, search: Search, before: Reference | undefined): LintFinding[] {
  const near = "near" in search ? search.near : undefined;
  if (!near && !before) return [];
  const problem = `'${literal.place.connection}' has no ${literal.field.name === "tags" ? "tag" : nounOf(literal.field)} '${literal.given}'${before ? " any more" : ""}`;
  return [
    tell(
      literal,
      "warning",
      problem,
      near ? `Did you mean '${near.label}'? If not: it is made when it is first given.` : "It is made again when it is next given.",
    ),
  ];
}

function missing(literal: Literal, choices: readonly Choice[], search: Search, before: Reference | undefined): LintFinding {
  const noun = nounOf(literal.field);
  const now = before && choices.find((choice) => choice.value === before.value);
  if (now)
    return tell(
      literal,
      "error",
      `${noun} '${literal.given}' of '${literal.place.connection}' is called '${titleOf(now)}' now`,
      `Write '${titleOf(now)}', or its id ${now.value}, which no new name changes.`,
    );
  const was = before && before.label !== literal.given ? ` (it was '${before.label}')` : "";
  const what = looksLikeId(literal) ? `with the id ${literal.given}` : `'${literal.given}'`;
  return tell(
    literal,
    "error",
    `'${literal.place.connection}' has no ${noun} ${what}${before ? " any more" : ""}${was}`,
    repairOf(choices, search, before),
  );
}

const mostOffered = 8;

function repairOf(choices: readonly Choice[], search: Search, before: Reference | undefined): string {
  const again = before && findChoice(choices, before.label);
  if (again && "found" in again) return `There is one of that name again: write '${titleOf(again.found)}' or ${again.found.value}.`;
  const near = "near" in search && search.near ? search.near : again && "near" in again ? again.near : undefined;
  if (near) return `Did you mean '${titleOf(near)}' (${near.value})?`;
  const offered = choices.filter(({ retired }) => !retired).map(titleOf);
  const some = offered.length > mostOffered ? [...offered.slice(0, mostOffered), "…"] : offered;
  return some.length > 0 ? `Choose another (${some.join(", ")}), or have it made there.` : "Have it made there, or leave it out.";
}

function parentValue({ parent }: Literal, rows: readonly unknown[]): string | undefined {
  if (!parent) return undefined;
  const { lookup } = parent.field;
  const search = lookup ? findChoice(choicesOf(lookup, rows), parent.given) : undefined;
  return search && "found" in search ? search.found.value : undefined;
}

/** What stands before the connection and the reason, where a list could not be asked. */
export const uncheckedWords = " could not be checked in ";

/** One warning for each list that could not be asked, with how much hangs on it. */
export function uncheckedFinding(literals: readonly Literal[], { unchecked }: Extract<Rows, { unchecked: string }>): LintFinding {
  const [first, ...others] = literals;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  return tell(
    first!,
    "warning",
    `${nounOf(first!.field)} '${first!.given}'${more}${uncheckedWords}'${first!.place.connection}': ${unchecked.replace(/\.$/, "")}`,
    "Check again once that is mended.",
  );
}
