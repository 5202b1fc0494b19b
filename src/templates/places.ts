import { isObject } from "#kernel/json.ts";
import type { FlowDefinition } from "#engine/flow/format.ts";
import { plainHttp } from "#catalog/plain-http.ts";
import { type Receiver, receiverKey, valuesFor } from "./receivers.ts";
import type { FlowTemplate, Place, Sending, SetupChoice, SetupQuestions, TemplateChoice } from "./format.ts";

/**
 * The places of a flow at which something is chosen, read and written. The flow itself holds what was chosen, so whatever else is changed
 * in it meanwhile stays. Steps are found by their ids, wherever they stand. Pure, and without schemas: the page uses it too.
 */

type Members = Record<string, unknown>;

/** Members of a step that hold values, never steps. */
const valueMembers = new Set(["input", "format"]);

/** The value at a place; undefined where there is none. */
export function readPlace(flow: FlowDefinition, place: Place): unknown {
  const path = wholePath(flow, place);
  return path?.reduce<unknown>((at, key) => memberOf(at, key), flow);
}

/** The flow with another value at a place; `undefined` removes what is there. A flow that has no such step stays as it is. */
export function writePlace(flow: FlowDefinition, place: Place, value: unknown): FlowDefinition {
  const path = wholePath(flow, place);
  return path === null ? flow : (written(flow, path, value) as FlowDefinition);
}

function memberOf(at: unknown, key: string | number): unknown {
  if (Array.isArray(at)) return typeof key === "number" ? at[key] : undefined;
  return isObject(at) && Object.hasOwn(at, key) ? at[key] : undefined;
}

function written(at: unknown, [key, ...rest]: readonly (string | number)[], value: unknown): unknown {
  if (key === undefined) return value;
  const inner = written(memberOf(at, key), rest, value);
  if (typeof key === "number") {
    const list: unknown[] = Array.isArray(at) ? [...(at as unknown[])] : [];
    if (inner === undefined) list.splice(key, 1);
    else list[Math.min(key, list.length)] = inner;
    return list;
  }
  const members = isObject(at) ? at : {};
  if (inner !== undefined) return { ...members, [key]: inner };
  const { [key]: _, ...others } = members;
  return others;
}

/** The path of a place from the flow's root; null where the flow has no such step. */
function wholePath(flow: FlowDefinition, [first, ...rest]: Place): (string | number)[] | null {
  if (first === "trigger") return ["trigger", ...rest];
  const step = pathOfStep(flow.steps, first!, ["steps"]);
  return step && [...step, ...rest];
}

function pathOfStep(at: unknown, id: string | number, path: (string | number)[]): (string | number)[] | null {
  if (isObject(at) && at["id"] === id) return path;
  const inside: [string | number, unknown][] = Array.isArray(at)
    ? at.map((item, index) => [index, item])
    : isObject(at)
      ? Object.entries(at).filter(([name]) => !valueMembers.has(name))
      : [];
  for (const [key, value] of inside) {
    const inner = typeof value === "object" && value !== null ? pathOfStep(value, id, [...path, key]) : null;
    if (inner) return inner;
  }
  return null;
}

// ---------------------------------------------------------------- choices

export type ChoiceValue = string | number;

/** What is chosen now, or the key of the operation that receives in place of an address; undefined where nothing is, null where the flow no longer has a place for it. */
export function readChoice(flow: FlowDefinition, choice: SetupChoice): ChoiceValue | undefined | null {
  const place = choice.at.find((each) => wholePath(flow, each) !== null);
  if (place === undefined) return null;
  const receiver = choice.sends && receiverAt(flow, place, choice.sends);
  if (receiver !== undefined) return receiver;
  const value = readPlace(flow, place);
  if (choice.kind === "customField") return isObject(value) ? Object.keys(value).find((name) => value[name] === choice.value) : undefined;
  const part = choice.within === undefined ? value : partOf(value, choice.within);
  return part === "" || part === undefined ? (choice.within === undefined ? undefined : null) : (part as ChoiceValue);
}

/** The flow with another choice. `undefined`: nothing is chosen, and the field is left empty. */
export function writeChoice(flow: FlowDefinition, choice: SetupChoice, value: ChoiceValue | undefined): FlowDefinition {
  return choice.at.reduce((before, place) => {
    if (wholePath(before, place) === null) return before;
    const { sends } = choice;
    const changed = sends && receiverAt(before, place, sends) !== undefined ? sendTo(before, choice, null) : before;
    return writePlace(changed, place, valueAt(readPlace(changed, place), choice, value));
  }, flow);
}

/** The app and operation that receive at a step, where it is no longer the request that the template brings. */
function receiverAt(flow: FlowDefinition, [step]: Place, { app: plain }: Sending): string | undefined {
  const [app, operation] = ["app", "operation"].map((member) => readPlace(flow, [step!, member]));
  return typeof app === "string" && typeof operation === "string" && app !== plain ? receiverKey({ app, key: operation }) : undefined;
}

/** The flow with a step that calls the receiver, with the values that it has fields for; `null`: with the request that the template brings. */
export function sendTo(flow: FlowDefinition, { at: [place], sends }: SetupChoice, receiver: Receiver | null): FlowDefinition {
  if (!sends || place === undefined) return flow;
  const { app, operation, input } = sends;
  const members = receiver ? { app: receiver.app, operation: receiver.key, input: valuesFor(receiver, input) } : { app, operation, input };
  return Object.entries(members).reduce((changed, [member, value]) => writePlace(changed, [place[0]!, member], value), flow);
}

function valueAt(before: unknown, { kind, within, value: filling, at: [first] }: TemplateChoice, value: ChoiceValue | undefined): unknown {
  if (kind === "customField") return renamed(isObject(before) ? before : {}, filling, value);
  if (within !== undefined)
    return partOf(before, within) === undefined || value === undefined ? before : within.replace("*", () => String(value));
  // An item of a list goes; a field stays and is seen to be empty.
  return value ?? (typeof first?.at(-1) === "number" ? undefined : "");
}

/** What stands at the `*` of a text. */
function partOf(text: unknown, within: string): string | undefined {
  const [before = "", after = ""] = within.split("*");
  if (typeof text !== "string" || !text.startsWith(before) || !text.endsWith(after)) return undefined;
  return text.length > before.length + after.length ? text.slice(before.length, text.length - after.length) : undefined;
}

/** The custom fields with another one filled with the value, in its place among the others. */
function renamed(fields: Members, filling: string | undefined, name: ChoiceValue | undefined): Members | undefined {
  const others = Object.entries(fields).flatMap(([field, value]): [string, unknown][] => {
    if (value !== filling) return field === name ? [] : [[field, value]];
    return name === undefined ? [] : [[String(name), value]];
  });
  const isThere = name === undefined || others.some(([, value]) => value === filling);
  const all = Object.fromEntries(isThere ? others : [...others, [String(name), filling]]);
  return Object.keys(all).length === 0 ? undefined : all;
}

/** Why a value cannot stand there, in words; null where it can. */
export function choiceProblem(choice: TemplateChoice, value: ChoiceValue | undefined): string | null {
  if (value === undefined || String(value).trim() === "") return choice.required ? "has to be filled in" : null;
  if (choice.kind === "number" && !/^-?\d+(\.\d+)?$/.test(String(value))) return "has to be a number";
  if (choice.kind === "choice" && !choice.options?.some((option) => option.value === String(value)))
    return `has to be one of ${choice.options?.map((option) => option.value).join(", ") ?? "nothing"}`;
  if (choice.within !== undefined && /['"{}%|]/.test(String(value))) return "cannot contain quotes, braces, % or |";
  return null;
}

// ---------------------------------------------------------------- connections

/** Where a flow names a connection: its trigger, and each step that uses it. */
export function connectionPlaces(flow: FlowDefinition, name: string): Place[] {
  const places: Place[] = flow.trigger.connection === name ? [["trigger", "connection"]] : [];
  eachStep(flow.steps, (step) => step["connection"] === name && places.push([String(step["id"]), "connection"]));
  return places;
}

/** Calls back with each step, in the order in which they are written. */
export function eachStep(at: unknown, visit: (step: Members) => void): void {
  if (Array.isArray(at)) for (const item of at) eachStep(item, visit);
  if (!isObject(at)) return;
  if (typeof at["id"] === "string") visit(at);
  for (const [name, value] of Object.entries(at)) if (!valueMembers.has(name) && typeof value === "object") eachStep(value, visit);
}

/** Which connection a flow uses for what a set-up asks; undefined where it names none. */
export function readConnection(flow: FlowDefinition, { at }: SetupQuestions["connections"][number]): string | undefined {
  const names = at.map((place) => readPlace(flow, place)).filter((name) => typeof name === "string");
  return names[0];
}

/** The flow with another connection at all those places. */
export const writeConnection = (
  flow: FlowDefinition,
  { at }: SetupQuestions["connections"][number],
  name: string | undefined,
): FlowDefinition => at.reduce((changed, place) => writePlace(changed, place, name), flow);

/** The flow with an empty address wherever what was sent went to another app than that of the connection now chosen. */
export const withoutOtherReceivers = (
  flow: FlowDefinition,
  { at }: SetupQuestions["connections"][number],
  choices: readonly SetupChoice[],
  app: string | undefined,
): FlowDefinition =>
  choices.reduce((changed, choice) => {
    const step = choice.at[0]?.[0];
    if (!choice.sends || step === undefined || !at.some(([owner]) => owner === step)) return changed;
    return readPlace(changed, [step, "app"]) === (app ?? choice.sends.app) ? changed : sendTo(changed, choice, null);
  }, flow);

/** What a set-up of the template asks, with the places of its connections. */
export function questionsOf({ title, about, connections, choices, example, flow }: FlowTemplate): SetupQuestions {
  const asked = choices.map((choice): SetupChoice => {
    const sends = sendingAt(flow, choice);
    return sends ? { ...choice, sends } : choice;
  });
  const senders = new Set(asked.flatMap(({ sends, at }) => (sends ? [at[0]![0]] : [])));
  return {
    title,
    about,
    connections: connections.map((each) => {
      const at = connectionPlaces(flow, each.name);
      const orOwnApp = at.length > 0 && at.every(([owner]) => senders.has(owner!));
      return { ...each, at, ...(orOwnApp && { orOwnApp }) };
    }),
    choices: asked,
    ...(example && { example }),
  };
}

/** What is sent to an address that is asked for, where a step sends members by name: then somebody else can receive them. */
function sendingAt(flow: FlowDefinition, { kind, at }: TemplateChoice): Sending | undefined {
  const [place] = at;
  if (kind !== "address" || at.length !== 1 || place?.length !== 3 || place[0] === "trigger" || place[1] !== "input") return undefined;
  const [app, operation, input] = ["app", "operation", "input"].map((member) => readPlace(flow, [place[0]!, member]));
  if (app !== plainHttp.app || typeof operation !== "string" || !isObject(input) || !isObject(input["body"])) return undefined;
  return { app, operation, input: { ...(input as Sending["input"]), [String(place[2])]: "" } };
}
