import { describedBy, describedProblems } from "#catalog/described.ts";
import type { Lookup, Operation } from "#catalog/types.ts";
import { defined } from "#kernel/defined.ts";
import { canonicalJson } from "#kernel/json.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { Reference, LintFinding } from "../types/lint.ts";
import { closedAddresses } from "./addresses.ts";
import { fieldInWords, placeInWords } from "../flow/place-words.ts";
import { comparedWith } from "./compared.ts";
import { cutLists } from "./cut-lists.ts";
import { emptyFields } from "./empty.ts";
import { emptiedFields } from "./emptied.ts";
import { foreignIds } from "./foreign.ts";
import { goneFindings } from "./gone.ts";
import { bareIdsOf, filteredBy, literalsOf, type Literal } from "./literals.ts";
import { loginFindings, operationFindings, webhookFindings, type OtherLogins } from "./logins.ts";
import { goneRules } from "./rules.ts";
import { scriptFindings } from "./scripts.ts";
import { unreadContacts, unruledMessages } from "./messages.ts";
import { namesForIds } from "./names.ts";
import { leftToDo } from "./todo.ts";
import { idsOf, spotsOf } from "./places.ts";
import type { Place, Spots } from "./spots.ts";
import { judge, earlierReference, uncheckedFinding } from "./references.ts";
import type { LintConnection, LintReader, Rows } from "./types.ts";

export interface Linted {
  findings: LintFinding[];
  /** What every name stands for, to be remembered: next time a new name or a loss is noticed by it. */
  references: Omit<Reference, "flowId">[];
  /** Whether everything that had to be asked was answered. */
  whole: boolean;
  /** When what the budget did not allow can be asked again; null where nothing waits for it. */
  until: number | null;
}

/** Looks what of a flow would fail in a run, without running it. `known` is what was remembered of it. */
export async function lintFlow(
  definition: FlowDefinition,
  reader: LintReader,
  earlier: readonly Reference[],
  now: number,
): Promise<Linted> {
  const findings: LintFinding[] = [];
  const literals: Literal[] = [];
  const { places, conditions, scripts, looped, waits } = spotsOf(definition);
  await nameLogins([...places, ...[...places, ...conditions].flatMap(calledBefore)], reader);
  for (const place of places) {
    const looked = await lookAt(place, definition, reader, looped);
    findings.push(...looked.findings);
    literals.push(...looked.literals);
  }
  findings.push(
    ...waits.map(waitFinding),
    ...goneRules(definition, reader),
    ...leftToDo(definition),
    ...(await unruledMessages(definition, places, reader)),
    ...(await scriptFindings(scripts, idsOf(definition.steps), reader)),
  );
  for (const literal of conditions.flatMap((condition) => comparedWith(condition, reader)))
    if (literal.place.connection !== undefined && isUsable(literal.place, await reader.connection(literal.place.connection)))
      literals.push(literal);
  const checked = await checkLiterals(literals, reader, earlier, now);
  const where = (finding: LintFinding) => ({ ...finding, where: fieldInWords(definition, finding.at, reader.titles) });
  return {
    findings: [...findings, ...checked.findings].sort(byPlace(definition)).map(where),
    references: checked.references,
    whole: checked.whole,
    until: checked.until,
  };
}

/** A loop goes on to its next item only after the wait of the one before. */
const waitFinding = ({ at, step }: Spots["waits"][number]): LintFinding => ({
  level: "warning",
  at: `${at}.wait`,
  step,
  field: null,
  problem: "the items of the loop wait here in turn, so their waits add up",
  fix: "Put the wait before or after the loop where all items can wait together.",
});

/** The calls whose results can be read here. */
const calledBefore = ({ names }: Pick<Place, "names">) =>
  [...names.values()].flatMap((source) => (source.kind === "call" ? source.place : []));

/** People know a connection by its title. */
async function nameLogins(places: readonly Omit<Place, "names">[], reader: LintReader): Promise<void> {
  for (const place of places)
    if (place.connection !== undefined) Object.assign(place, defined({ login: (await reader.connection(place.connection))?.title }));
}

async function lookAt(
  place: Place,
  definition: FlowDefinition,
  reader: LintReader,
  looped: ReadonlySet<string>,
): Promise<{ findings: LintFinding[]; literals: Literal[] }> {
  if (place.app === "" || place.operation === "") return { findings: [], literals: [] }; // of a draft: nobody has chosen yet
  const webhook = place.step === null ? reader.webhook(place.app, place.operation) : null;
  const app = reader.app(place.app);
  const named = reader.operation(place.app, webhook?.reconcile?.operation ?? place.operation);
  const operation = named && !webhook && describedProblems(named, place.input).length === 0 ? describedBy(named, place.input) : named;
  const connection = place.connection === undefined ? null : await reader.connection(place.connection);
  const findings = goneFindings(place, reader);
  if (place.connection !== undefined)
    findings.push(...loginFindings(place, connection, await otherLogins(place.app, place.connection, connection, reader)));
  if (webhook) findings.push(...(await webhookFindings(place, definition.trigger, connection, reader)));
  if (!operation || !app) return { findings, literals: [] };
  if (!webhook)
    findings.push(
      ...operationFindings(place, operation, connection, app, reader.operation),
      ...(await unreadContacts(place, operation, connection, reader)),
      ...(await closedAddresses(place, operation, connection, reader)),
      ...emptyFields(place, operation),
      ...emptiedFields(place, operation),
      ...namesForIds(place, operation, reader),
      ...cutLists(place, operation, { last: reader.lastRead?.(place.step ?? "") ?? null, isLooped: looped.has(place.step ?? "") }),
      ...(await foreignIds(place, operation, reader, (at) => placeInWords(definition, at, reader.titles))),
    );
  return { findings, literals: isUsable(place, connection) ? choicesIn(place, operation, reader) : [] };
}

async function otherLogins(app: string, name: string, connection: LintConnection | null, reader: LintReader): Promise<OtherLogins> {
  const names = await reader.connections(app);
  return { names, removed: connection ? null : ((await reader.removed?.(name)) ?? null) };
}

const choicesIn = (place: Place, operation: Operation, reader: LintReader): Literal[] => [
  ...literalsOf(place, operation),
  ...filteredBy(place, operation),
  ...bareIdsOf(place, operation, (name) => reader.choosing(place.app, name)),
];

/** A login that is known not to work is told once, and not asked for each of its choices. */
const isUsable = ({ app }: Place, connection: LintConnection | null): boolean =>
  connection !== null && connection.app === app && connection.status !== "broken" && connection.status !== "paused";

async function checkLiterals(literals: readonly Literal[], reader: LintReader, earlier: readonly Reference[], now: number) {
  const findings: LintFinding[] = [];
  const references: Linted["references"] = [];
  let whole = true;
  let until: number | null = null;
  const lists = new Map<string, Promise<Rows>>();
  const rowsOf = (place: Place, lookup: Lookup): Promise<Rows> => {
    const key = listOf(place, lookup);
    const asked = lists.get(key) ?? reader.rows(place.connection!, place.app, lookup);
    lists.set(key, asked);
    return asked;
  };
  const pinsOf = ({ connection }: Place) => reader.pins(connection!);
  for (const group of byList(literals)) {
    const answer = await rowsOf(group[0]!.place, group[0]!.lookup);
    if ("unchecked" in answer) {
      whole = false;
      if (answer.until !== undefined) until = Math.max(until ?? 0, answer.until);
      findings.push(uncheckedFinding(group, answer));
      references.push(...group.flatMap((literal) => earlierReference(earlier, literal) ?? []));
      continue;
    }
    for (const literal of group) {
      const parents = literal.parent?.field.lookup ? await rowsOf(literal.place, literal.parent.field.lookup) : { rows: [] };
      const before = earlierReference(earlier, literal);
      const pins = await pinsOf(literal.place);
      const judged = judge(literal, answer.rows, "rows" in parents ? parents.rows : [], before, pins);
      findings.push(...judged.findings);
      references.push(...remembered(literal, judged, before, now));
    }
  }
  return { findings, references, whole, until };
}

/** What was good before and is not now stays remembered: the finding is recognised by it, until somebody fixes it. */
function remembered(
  { at, text, place }: Literal,
  { means, findings }: ReturnType<typeof judge>,
  before: Reference | undefined,
  now: number,
): Linted["references"] {
  if (!means || (before && findings.length > 0)) return before ? [{ ...before, at }] : [];
  const label = means.parent ? `${means.parent.label} / ${means.label}` : means.label;
  return [{ at, connection: place.connection!, text: text, value: means.value, label, checkedAt: now }];
}

/** Literals that one list answers for, together. */
function byList(literals: readonly Literal[]): Literal[][] {
  const groups = new Map<string, Literal[]>();
  for (const literal of literals) {
    const key = listOf(literal.place, literal.lookup);
    groups.set(key, [...(groups.get(key) ?? []), literal]);
  }
  return [...groups.values()];
}

const listOf = ({ connection, app }: Place, { operation, input = {} }: Lookup): string =>
  `${connection}\n${app}\n${operation}\n${canonicalJson(input)}`;

function byPlace(definition: FlowDefinition) {
  const { places, conditions, scripts } = spotsOf(definition);
  const order = [...places, ...conditions, ...scripts].map(({ at }) => at);
  const rank = ({ at }: LintFinding) => stepOrder(order.find((spot) => at === spot || at.startsWith(`${spot}.`)) ?? at);
  return (a: LintFinding, b: LintFinding) => (rank(a) < rank(b) ? -1 : rank(a) > rank(b) ? 1 : 0);
}

/** A place as text that sorts as the flow is read: the trigger first, numbers by their size, `else` after `then`. */
const stepOrder = (at: string): string =>
  at === "trigger" ? "" : at.replace(/\d+/g, (n) => n.padStart(4, "0")).replaceAll(".else[", ".u[");
