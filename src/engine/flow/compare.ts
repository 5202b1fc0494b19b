import { cutText } from "#kernel/characters.ts";
import { canonicalJson, isObject } from "#kernel/json.ts";
import { capital } from "#kernel/words.ts";
import type { FlowDefinition } from "../types/flows.ts";
import type { AnyStep } from "./kinds/kind.ts";
import { stepKinds } from "./kinds/kinds.ts";
import { placeInWords } from "./place-words.ts";
import { isTemplate } from "../mapping/is-template.ts";
import { withRuleTitles } from "../mapping/rule-names.ts";
import { conditionWords } from "../mapping/words/condition-words.ts";
import type { SourceNames } from "../mapping/words/paths.ts";
import { templateWords } from "../mapping/words/template-words.ts";
import { namesIn, type Titles } from "./sentence.ts";

/** Pure: what differs between two states of a flow, as people say it. Either may be a draft that is not complete. */

/** One difference between two states of a flow. */
export interface FlowChange {
  kind: "added" | "removed" | "moved" | "changed";
  /** `steps[1].input.email`: in the later state, or of what was removed in the earlier one. */
  at: string;
  /** "step 2 'Create contact', E-mail". */
  where: string;
  /** The id of the step; null: it is of the flow itself, its trigger or its settings. */
  step: string | null;
  /** Of a change: as it was and as it is; undefined where there was nothing, or is nothing any more. */
  from?: unknown;
  to?: unknown;
  /** The whole sentence. */
  text: string;
}

/** Whether two flows do the same; their names do not count. Equal texts are compared first, since the list of flows asks this of every flow. */
export const doesTheSame = ({ name: _, ...a }: FlowDefinition, { name: __, ...b }: FlowDefinition): boolean =>
  JSON.stringify(a) === JSON.stringify(b) || canonicalJson(a) === canonicalJson(b);

/** What was changed from one state of a flow to another, in the order of the later one; what was removed comes last. */
export function compareFlows(before: FlowDefinition, after: FlowDefinition, titles: Titles): FlowChange[] {
  const [old, now] = [new StepIndex(before), new StepIndex(after)];
  const ids = renamedIds(old, now);
  const moved = movedSteps(old, now, ids);
  const words = (definition: FlowDefinition, at: string) => placeInWords(definition, at, titles);
  const names = [before, after].map(({ steps }) => namesIn(steps, stepKinds));
  const changed = (step: AnyStep | null, { at, from, to }: Difference, oldAt: string): FlowChange => {
    const where = to === undefined ? words(before, oldAt) : words(after, at); // what is gone is named as it was
    const reading = step === null ? undefined : stepKinds.find(step)?.templates[at.slice(at.lastIndexOf(".") + 1)];
    const inWords = [from, to].map((value, i) => valueText(titled(value, titles), reading === "condition", names[i]!));
    // Two fields may be called the same: then they are shown as they are written.
    const [was, is] = inWords[0] === inWords[1] ? [written(from), written(to)] : inWords;
    return { kind: "changed", at, where, step: step?.id ?? null, from, to, text: changeText(where, [from, was!], [to, is!]) };
  };

  const changes = differences(headOf(before), headOf(after), "").map((difference) => changed(null, difference, difference.at));
  for (const { step, at } of now.places) {
    const was = old.byId.get(ids.get(step.id) ?? step.id);
    const where = words(after, at);
    if (!was || !isSameKind(was.step, step)) {
      changes.push({ kind: "added", at, where, step: step.id, text: `${capital(where)} was added` });
      continue;
    }
    if (moved.has(step.id)) {
      const text = `${capital(where)} was moved; it was ${withoutTitle(words(before, was.at))}`;
      changes.push({ kind: "moved", at, where, step: step.id, text });
    }
    for (const difference of differences(ownOf(was.step), ownOf(step), at))
      changes.push(changed(step, difference, was.at + difference.at.slice(at.length)));
  }
  const kept = new Set(now.places.map(({ step }) => ids.get(step.id) ?? step.id));
  for (const { step, at } of old.places) {
    const isKept = kept.has(step.id) && isSameKind(step, now.byId.get(newIdOf(ids, step.id))?.step ?? step);
    if (isKept) continue;
    const where = words(before, at);
    changes.push({ kind: "removed", at, where, step: step.id, text: `${capital(where)} was removed` });
  }
  return changes;
}

// ---------------------------------------------------------------- steps

interface StepPlace {
  step: AnyStep;
  at: string;
  /** Which list it is in: "" for the flow's own, else the id of the step around it and the member. */
  list: string;
}

/** The steps of a flow as it is read, however deep. */
export class StepIndex {
  readonly places: StepPlace[] = [];
  readonly byId = new Map<string, StepPlace>();

  constructor({ steps }: FlowDefinition) {
    this.#add(steps, "steps", "");
  }

  #add(steps: readonly AnyStep[], at: string, list: string): void {
    for (const [i, step] of steps.entries()) {
      const place = { step, at: `${at}[${i}]`, list };
      this.places.push(place);
      if (!this.byId.has(step.id)) this.byId.set(step.id, place);
      for (const [member, inner] of stepKinds.listsOf(step)) this.#add(inner, `${place.at}.${member}`, `${step.id}/${member}`);
    }
  }

  /** The ids of each list, in order. */
  lists(): Map<string, string[]> {
    const lists = new Map<string, string[]>();
    for (const { list, step } of this.places) lists.set(list, [...(lists.get(list) ?? []), step.id]);
    return lists;
  }
}

const isSameKind = (a: AnyStep, b: AnyStep): boolean => stepKinds.nameOf(a) === stepKinds.nameOf(b);

/** What a step says itself, without the steps inside. */
export function ownOf(step: AnyStep): Record<string, unknown> {
  const lists = new Set(stepKinds.listsOf(step).map(([member]) => member));
  return Object.fromEntries(Object.entries(step).filter(([member]) => !lists.has(member)));
}

/** New ids of steps that are otherwise as they were, with their old ones. */
function renamedIds(old: StepIndex, now: StepIndex): Map<string, string> {
  const contentOf = ({ id: _, ...content }: AnyStep) => canonicalJson(ownOf({ ...content, id: "" }));
  const gone = old.places.filter(({ step }) => !now.byId.has(step.id));
  const ids = new Map<string, string>();
  for (const { step } of now.places) {
    if (old.byId.has(step.id)) continue;
    const at = gone.findIndex((was) => isSameKind(was.step, step) && contentOf(was.step) === contentOf(step));
    if (at >= 0) ids.set(step.id, gone.splice(at, 1)[0]!.step.id);
  }
  return ids;
}

function newIdOf(ids: ReadonlyMap<string, string>, old: string): string {
  for (const [now, was] of ids) if (was === old) return now;
  return old;
}

/** Steps that are in another list, or in another order among those that stayed; as few as possible. */
function movedSteps(old: StepIndex, now: StepIndex, ids: ReadonlyMap<string, string>): Set<string> {
  const oldId = (id: string) => ids.get(id) ?? id;
  const oldList = (list: string) => {
    const [id = "", member] = list.split("/");
    return member === undefined ? list : `${oldId(id)}/${member}`;
  };
  const moved = new Set<string>();
  const before = old.lists();
  for (const [list, after] of now.lists()) {
    const was = before.get(oldList(list)) ?? [];
    const stayed = new Set(longestCommon(was, after.map(oldId)));
    for (const id of after) if (old.byId.has(oldId(id)) && !stayed.has(oldId(id))) moved.add(id);
  }
  return moved;
}

/** The longest list that is in both, in their order. */
function longestCommon(a: readonly string[], b: readonly string[]): string[] {
  const best = Array.from({ length: a.length + 1 }, () => new Array<number>(b.length + 1).fill(0));
  for (let i = a.length - 1; i >= 0; i--)
    for (let j = b.length - 1; j >= 0; j--)
      best[i]![j] = a[i] === b[j] ? best[i + 1]![j + 1]! + 1 : Math.max(best[i + 1]![j]!, best[i]![j + 1]!);
  const common: string[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length;) {
    if (a[i] === b[j]) {
      common.push(a[i++]!);
      j++;
    } else if (best[i + 1]![j]! >= best[i]![j + 1]!) i++;
    else j++;
  }
  return common;
}

// ---------------------------------------------------------------- fields

/** The flow without its steps. */
const headOf = ({ steps: _, ...head }: FlowDefinition): Record<string, unknown> => head;

interface Difference {
  at: string;
  from: unknown;
  to: unknown;
}

/** Members that differ, each by itself; lists as a whole. */
export function differences(from: unknown, to: unknown, at: string): Difference[] {
  if (!(isObject(from) && isObject(to))) return canonicalJson(from ?? null) === canonicalJson(to ?? null) ? [] : [{ at, from, to }];
  const keys = new Set([...Object.keys(from), ...Object.keys(to)]);
  return [...keys].flatMap((key) => memberOf(from, to, key, at === "" ? key : `${at}.${key}`));
}

/** A whole group of fields that came or went is listed field by field as well. */
function memberOf(from: Record<string, unknown>, to: Record<string, unknown>, key: string, at: string): Difference[] {
  const [was, is] = [from[key], to[key]];
  const isGroup = (value: unknown) => value === undefined || (isObject(value) && !isEmptied(value));
  const isOfFields = isGroup(was) && isGroup(is) && !(was === undefined && is === undefined);
  return isOfFields ? differences(was ?? {}, is ?? {}, at) : differences(was, is, at);
}

/** Characters of a value within a sentence. */
export const longestValue = 80;

function changeText(where: string, [from, was]: readonly [unknown, string], [to, is]: readonly [unknown, string]): string {
  const place = capital(where);
  if (isEmptied(to)) return `${place} is emptied on purpose now`;
  if (from === undefined || from === "") return `${place} was set to ${is}`;
  if (to === undefined || to === "") return `${place} was cleared; it was ${was}`;
  return `${place} was changed from ${was} to ${is}`;
}

const isEmptied = (value: unknown): boolean => isObject(value) && value["$empty"] === true;

const titled = (value: unknown, { rules }: Titles): unknown => (typeof value === "string" ? withRuleTitles(value, rules) : value);

function valueText(value: unknown, isCondition: boolean, names: SourceNames): string {
  if (typeof value === "string" && isCondition && value !== "") return `“${conditionWords(value, names)}”`;
  return typeof value === "string" && isTemplate(value) ? templateWords(value, names) : written(value);
}

const written = (value: unknown): string =>
  typeof value === "string" ? `'${cutText(value, longestValue)}'` : cutText(JSON.stringify(value) ?? "", longestValue);

/** `step 2 'Create contact'` as `step 2`. */
const withoutTitle = (where: string): string => where.replace(/ '.*'$/s, "");
