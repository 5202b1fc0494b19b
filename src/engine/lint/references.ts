import { defined } from "#kernel/defined.ts";
import { choicesOf, described, findChoice, listed, titleOf, type Choice, type Search } from "#catalog/choices.ts";
import { kindOf, meaningOf, offeredInstead, pinFor, writtenAs, type Meaning, type Pin, type Pins } from "#catalog/pins.ts";
import { splitKnown } from "#catalog/lists.ts";
import { fold } from "#catalog/text.ts";
import type { InputField } from "#catalog/types.ts";
import { loginOf } from "./spots.ts";
import type { Reference, LintFinding } from "../types/lint.ts";
import type { Literal } from "./literals.ts";
import { causeOf } from "./logins.ts";
import type { Rows } from "./types.ts";

/** What became of a literal: what it means now, and what is wrong with it. */
export interface Judged {
  findings: LintFinding[];
  means?: Choice;
}

/**
 * Judges a literal by what its sub-account has, and by what it stood for when it was last resolved; what it stands for now is remembered,
 * so that a flow survives a rename before its first run.
 */
export function judge(
  literal: Literal,
  rows: readonly unknown[],
  parents: readonly unknown[],
  before: Reference | undefined,
  pins: Pins | null,
): Judged {
  const choices = choicesOf(literal.lookup, rows);
  const idFor = literal.idFor ?? (takesIdAlone(literal) ? "deep" : undefined);
  if (idFor !== undefined) return judgeId(literal, idFor, choices, before);
  const parent = parentValue(literal, parents, pins);
  const kind = kindOf(literal.lookup);
  const kept = pins?.get(kind, parent ?? "", literal.text);
  const pin = kept ?? (before && { id: choices.find(({ value }) => value === before.value)?.id ?? before.value, label: before.label });
  const meaning = meaningOf(choices, literal.text, parent, pin);
  if (meaning.kind === "unknown") {
    const { search } = meaning;
    if ("several" in search) return { findings: literal.parent === null ? [] : [ambiguous(literal, search.several, choices)] };
    return {
      findings: isFree(literal) ? freeFindings(literal, search, before, choices) : [missing(literal, choices, search, before, pin)],
    };
  }
  // A flow's own memory is older than that of its sub-account: what runs go by has to know it too.
  if (!kept && pin && meaning.kind !== "named") pins?.set(kind, parent ?? "", literal.text, pin);
  // A tag is written by its name alone: one that was made anew under the old name is the one that runs write.
  if (meaning.kind === "unsure" && isFree(literal)) return { means: meaning.named, findings: [] };
  if (meaning.kind === "unsure") return { findings: [unsure(literal, meaning, choices)] };
  const { choice } = meaning;
  const learned = pinFor({ kind: meaning.kind, choice }, literal.text, choices, kept);
  if (learned && pins && !looksLikeId(literal)) pins.set(kind, parent ?? "", literal.text, learned);
  if (meaning.kind === "renamed") return { means: choice, findings: [renamed(literal, choice, choices)] };
  if (meaning.kind === "shared") return { means: choice, findings: [shared(literal, meaning, choices)] };
  return { means: choice, findings: choiceFindings(literal, choice, choices, parent) };
}

type Repair = Omit<NonNullable<LintFinding["repair"]>, "from">;

/** Where names are not looked up: a name is told with the id to write. */
function judgeId(
  literal: Literal,
  idFor: NonNullable<Literal["idFor"]>,
  choices: readonly Choice[],
  before: Reference | undefined,
): Judged {
  const means = choices.find(({ value }) => value === literal.text);
  if (means) return { means, findings: [] };
  const noun = /user|assigned/i.test(literal.field.name) ? "user" : nounOf(literal.field);
  const search = findChoice(choices, literal.text);
  const named = "choice" in search ? [search.choice] : "several" in search ? search.several : calledSo(choices, literal.text);
  const isWritten = idFor === "deep" || idFor === "filter";
  const why = isWritten ? "names are not looked up here" : `${idFor.compared} is an id: they are never equal`;
  if (named.length > 0) {
    const fix = `${isWritten ? "Write" : "Compare with"} the id: ${listed(named)}.`;
    const repair = idsOf(named, named.length === 1);
    return { findings: [tell(literal, "error", `'${literal.text}' is the name of a ${noun}, and ${why}`, fix, repair)] };
  }
  const was = before ? ` any more (it was '${before.label}')` : "";
  const where = isWritten ? "" : `, which ${idFor.compared} is compared with`;
  const problem = `${loginOf(literal.place)} has no ${noun} with the id ${literal.text}${was}${where}`;
  return {
    findings: [
      tell(
        literal,
        idFor === "filter" ? "error" : "warning", // a search by what is not there is refused, or finds nothing
        problem,
        repairOf(choices, search, before?.label),
        idsInstead(choices, nearOf(choices, search, before?.label)),
      ),
    ],
  };
}

/** Those of this name, where the look-up itself finds none by its name. */
const calledSo = (choices: readonly Choice[], text: string): Choice[] => choices.filter(({ label }) => fold(label) === fold(text));

/** Choices that are written as ids, each with what people call it. */
function idsOf(choices: readonly Choice[], near: boolean): Repair {
  const titles = choices.map(titleOf);
  const isAlone = (title: string) => titles.indexOf(title) === titles.lastIndexOf(title);
  const labels = choices.map((choice, i) => (isAlone(titles[i]!) ? titles[i]! : described(choice)));
  return { choices: choices.map(({ value }) => value), labels, near };
}

const mostInstead = 20;

/** The ids that may be written instead: the one most likely meant, then the others. */
function idsInstead(choices: readonly Choice[], near: Choice | undefined): Repair {
  const others = choices.filter((choice) => !choice.retired && choice.value !== near?.value);
  return idsOf([...(near ? [near] : []), ...others].slice(0, mostInstead), near !== undefined);
}

/** The reference a literal was when it was last found: at the same place, or at the same field where steps have moved. */
export function earlierReference(references: readonly Reference[], { at, text, place, field }: Literal): Reference | undefined {
  const same = references.filter((r) => r.text === text && r.connection === place.connection);
  return same.find((r) => r.at === at) ?? same.find((r) => new RegExp(`\\.input\\.${field.name}\\b|\\.(filter|if)$`).test(r.at));
}

export const tell = (
  { place, field, at, text = "" }: Pick<Literal, "place" | "field" | "at"> & { text?: string },
  level: LintFinding["level"],
  problem: string,
  fix: string,
  repair?: Repair,
): LintFinding => ({
  level,
  at,
  step: place.step,
  field: field.name,
  problem,
  fix,
  ...defined({
    repair: repair && repair.choices.length > 0 ? { from: text, ...repair } : undefined,
    cause: text === "" ? undefined : causeOf("name", place, text),
  }),
});

/** Such a text is not looked up: it is sent. */
const looksLikeId = ({ lookup, text }: Literal): boolean => lookup.id !== undefined && new RegExp(lookup.id).test(text);

/** What a field is called in a sentence: "the stage". */
export const nounOf = ({ control, label, name }: InputField): string =>
  control === "customFields" ? "custom field" : name === "tags" ? "tag" : (label ?? name).toLowerCase().replace(/^(?:from|to) /, "");

function choiceFindings(literal: Literal, choice: Choice, choices: readonly Choice[], parent: string | undefined): LintFinding[] {
  const title = titleOf(choice);
  const noun = nounOf(literal.field);
  if (looksLikeId(literal) && choice.value !== literal.text)
    return [
      tell(
        literal,
        "error",
        `'${literal.text}' is the name of a ${noun}, and looks like an id: it is sent as it is`,
        `Write the id: ${choice.value}.`,
        {
          choices: [choice.value],
          near: true,
        },
      ),
    ];
  if (choice.retired)
    return [
      tell(
        literal,
        "error",
        `${noun} '${title}' (${choice.value}) of ${loginOf(literal.place)} is no longer active`,
        "Choose another, or have it made active again.",
        offeredInstead(choices, undefined),
      ),
    ];
  if (parent !== undefined && choice.parent && choice.parent.value !== parent)
    return [
      tell(
        literal,
        "error",
        `'${title}' lies in '${choice.parent.label}', and ${literal.lookup.within!.field} names another`,
        `Leave ${literal.lookup.within!.field} out, or let the two agree.`,
      ),
    ];
  return optionFindings(literal, choice);
}

/** The name is gone, and what it stood for is called otherwise: runs go on with the id, save where a text is sent as it is. */
function renamed(literal: Literal, now: Choice, choices: readonly Choice[]): LintFinding {
  const noun = nounOf(literal.field);
  const title = titleOf(now);
  const of = loginOf(literal.place);
  const repair = { choices: [writtenAs(now, choices)], near: true };
  if (looksLikeId(literal))
    return tell(
      literal,
      "error",
      `${noun} '${literal.text}' of ${of} is called '${title}' now`,
      `Write '${title}', or its id ${now.value}.`,
      repair,
    );
  const goesOn = !isFree(literal)
    ? "runs go on using it"
    : isAwaited(literal)
      ? "the flow still waits for the old name"
      : "runs create the old one again";
  return tell(
    literal,
    "warning",
    `${noun} '${literal.text}' of ${of} is now called '${title}', and ${goesOn}`,
    `Use '${title}', to keep the flow readable.`,
    repair,
  );
}

function shared(literal: Literal, { choice, several }: Extract<Meaning, { kind: "shared" }>, choices: readonly Choice[]): LintFinding {
  const problem = `${several.length} of ${loginOf(literal.place)} are called '${literal.text}' now, and runs go on using the one from before (${choice.id})`;
  return tell(literal, "warning", problem, "Write its id, or give one of them another name.", {
    choices: [writtenAs(choice, choices)],
    near: true,
  });
}

/** Something else has taken the name of what was renamed: runs stop, because nobody can tell which is meant. */
function unsure(literal: Literal, { named, before }: Extract<Meaning, { kind: "unsure" }>, choices: readonly Choice[]): LintFinding {
  const noun = nounOf(literal.field);
  const problem = `another ${noun} of ${loginOf(literal.place)} is called '${literal.text}' now (${named.id}), and the one used so far is called '${titleOf(before)}' (${before.id})`;
  return tell(literal, "error", problem, "Say which is meant: runs wait for it, so that nothing is written to the wrong one.", {
    choices: [writtenAs(before, choices), writtenAs(named, choices)],
    near: false,
  });
}

function optionFindings({ place, field, values = [] }: Literal, { options, label }: Choice): LintFinding[] {
  if (!options) return [];
  const titles = new Set(options.map(fold));
  const isTitle = (text: string) => titles.has(fold(text));
  const isOption = (text: string) => splitKnown(text, isTitle).every(isTitle);
  return values
    .filter(({ text }) => !isOption(text))
    .map(({ at, text }) =>
      tell(
        { place, field, at },
        "error",
        `'${text}' is not among the options of '${label}' in ${loginOf(place)}`,
        `It takes ${options.join(", ")}.`,
      ),
    );
}

function ambiguous(literal: Literal, several: readonly Choice[], choices: readonly Choice[]): LintFinding {
  const problem = `'${literal.text}' names ${several.length} of ${loginOf(literal.place)}: ${listed(several)}`;
  const within = several[0]?.parent ? `Write it with what it lies in ('${titleOf(several[0])}'), or give` : "Give";
  const repair = { choices: several.map((choice) => writtenAs(choice, choices)), near: false };
  return tell(literal, "error", problem, `${within} the id of the one that is meant.`, repair);
}

/** Texts that need not be there already, such as tags. */
const isFree = ({ lookup }: Literal): boolean => !lookup.by;
/** An id is sent, and no name stands for it. */
const takesIdAlone = ({ lookup }: Literal): boolean => !lookup.by && lookup.value !== lookup.label;
/** A trigger waits for the text: nothing makes it anew. */
const isAwaited = ({ place }: Literal): boolean => place.step === null;

function freeFindings(literal: Literal, search: Search, before: Reference | undefined, choices: readonly Choice[]): LintFinding[] {
  const near = "near" in search ? search.near : undefined;
  if (!near && !before) return [];
  const problem = `${loginOf(literal.place)} has no ${nounOf(literal.field)} '${literal.text}'${before ? " any more" : ""}`;
  return [tell(literal, "warning", problem, freeFix(literal, near), near && { choices: [writtenAs(near, choices)], near: true })];
}

function freeFix(literal: Literal, near: Choice | undefined): string {
  const otherwise = isAwaited(literal)
    ? "the flow does not start until somebody adds this tag"
    : "the tag is created when it is first added";
  if (near) return `Did you mean '${near.label}'? Otherwise, ${otherwise}.`;
  return isAwaited(literal) ? "The flow does not start until somebody adds this tag again." : "It is created again when it is next added.";
}

function missing(
  literal: Literal,
  choices: readonly Choice[],
  search: Search,
  before: Reference | undefined,
  pin: Pin | undefined,
): LintFinding {
  const noun = nounOf(literal.field);
  const lastLabel = before?.label ?? pin?.label;
  const was = lastLabel !== undefined && lastLabel !== literal.text ? ` (it was '${lastLabel}')` : "";
  const what = looksLikeId(literal) ? `with the id ${literal.text}` : `'${literal.text}'`;
  const near = nearOf(choices, search, lastLabel);
  return tell(
    literal,
    "error",
    `${loginOf(literal.place)} has no ${noun} ${what}${lastLabel === undefined ? "" : " any more"}${was}`,
    repairOf(choices, search, lastLabel),
    offeredInstead(choices, near),
  );
}

function nearOf(choices: readonly Choice[], search: Search, lastLabel: string | undefined): Choice | undefined {
  const again = lastLabel === undefined ? undefined : findChoice(choices, lastLabel);
  if (again && "choice" in again) return again.choice;
  return "near" in search && search.near ? search.near : again && "near" in again ? again.near : undefined;
}

const mostOffered = 8;

function repairOf(choices: readonly Choice[], search: Search, lastLabel: string | undefined): string {
  const again = lastLabel === undefined ? undefined : findChoice(choices, lastLabel);
  if (again && "choice" in again) return `There is one of that name again: write '${titleOf(again.choice)}' or ${again.choice.value}.`;
  const near = nearOf(choices, search, lastLabel);
  if (near) return `Did you mean '${titleOf(near)}' (${near.value})?`;
  const offered = choices.filter(({ retired }) => !retired).map(titleOf);
  const some = offered.length > mostOffered ? [...offered.slice(0, mostOffered), "…"] : offered;
  return some.length > 0 ? `Choose another (${some.join(", ")}), or have it made there.` : "Have it made there, or leave it out.";
}

function parentValue({ parent }: Literal, rows: readonly unknown[], pins: Pins | null): string | undefined {
  const lookup = parent?.field.lookup;
  if (!parent || !lookup) return undefined;
  const meaning = meaningOf(choicesOf(lookup, rows), parent.text, undefined, pins?.get(kindOf(lookup), "", parent.text));
  return meaning.kind === "unknown" || meaning.kind === "unsure" ? undefined : meaning.choice.value;
}

/** What stands before the connection and the reason, where a list could not be asked. */
export const uncheckedWords = " could not be checked in ";

/** One warning for each list that could not be asked, with how much hangs on it. */
export function uncheckedFinding(literals: readonly Literal[], { unchecked }: Extract<Rows, { unchecked: string }>): LintFinding {
  const [first, ...others] = literals;
  const more = others.length === 0 ? "" : ` and ${others.length} more`;
  const { place, field, at } = first!;
  return tell(
    { place, field, at },
    "warning",
    `${nounOf(field)} '${first!.text}'${more}${uncheckedWords}${loginOf(place)}: ${unchecked.replace(/\.$/, "")}`,
    "Check again once that is mended.",
  );
}
