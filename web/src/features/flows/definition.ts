import { isEmptied } from "../../lib/emptied.ts";
import { moreName } from "../../lib/further-names.ts";

/** A flow's definition is shown as it is, even while somebody is still writing it: everything in it may be missing or odd. */

export type StepKind = "action" | "filter" | "branch" | "forEach" | "wait" | "format" | "stop" | "unknown";

export interface StepCard {
  path: string;
  id: string;
  kind: StepKind;
  /** The step's own title, if it has one. */
  title: string | null;
  app: string | null;
  operation: string | null;
  connection: string | null;
  /** What it decides by, waits for or goes through. */
  rule: string | null;
  /** What it fills in. */
  fields: [name: string, value: unknown][];
  /** Steps inside, under their label. */
  branches: { label: string; steps: StepCard[] }[];
}

type Loose = Record<string, unknown>;

export function isObject(value: unknown): value is Loose {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const str = (value: unknown): string | null => (typeof value === "string" && value !== "" ? value : null);
const entries = (value: unknown): [string, unknown][] => (isObject(value) ? Object.entries(value) : []);

/** A member that would be emptied, or that nobody documents, is a line of its own: within JSON it is easily missed. */
function opened([name, value]: [string, unknown]): [string, unknown][] {
  const isOpened = isObject(value) && !isEmptied(value) && (name === moreName || Object.values(value).some(isEmptied));
  if (!isOpened) return [[name, value]];
  const group = name === moreName ? "Further field" : name;
  return Object.entries(value).map(([member, one]) => [`${group} › ${member}`, one]);
}

/** The steps as cards, with their inner steps. */
export function readSteps(steps: unknown, prefix = ""): StepCard[] {
  return Array.isArray(steps) ? steps.filter(isObject).map((step, index) => readStep(step, prefix, index)) : [];
}

function readStep(step: Loose, prefix: string, index: number): StepCard {
  const id = str(step["id"]) ?? String(index + 1);
  const path = prefix + id;
  const inner = (label: string, steps: unknown) => ({ label, steps: readSteps(steps, `${path}/`) });
  const base = {
    path,
    id,
    title: str(step["title"]),
    app: str(step["app"]),
    operation: str(step["operation"]),
    connection: str(step["connection"]),
    rule: null,
    fields: [],
    branches: [],
  };
  if ("operation" in step) return { ...base, kind: "action", fields: entries(step["input"]).flatMap(opened) };
  if ("filter" in step) return { ...base, kind: "filter", rule: str(step["filter"]) };
  if ("if" in step)
    return {
      ...base,
      kind: "branch",
      rule: str(step["if"]),
      branches: [inner("Then", step["then"]), ...("else" in step ? [inner("Otherwise", step["else"])] : [])],
    };
  if ("forEach" in step) return { ...base, kind: "forEach", rule: str(step["forEach"]), branches: [inner("For each one", step["do"])] };
  if ("wait" in step) return { ...base, kind: "wait", rule: str(step["wait"]) };
  if ("format" in step) return { ...base, kind: "format", fields: entries(step["format"]) };
  if ("stop" in step) return { ...base, kind: "stop", rule: [str(step["stop"]), str(step["reason"])].filter(Boolean).join(": ") };
  return { ...base, kind: "unknown" };
}

/** How many steps there are, inner ones included. */
export function countSteps(steps: readonly StepCard[]): number {
  return steps.reduce((sum, step) => sum + 1 + step.branches.reduce((inner, branch) => inner + countSteps(branch.steps), 0), 0);
}

/** What the cards are called where the catalog and the connections know better than the ids. */
export interface CardNames {
  operation(app: string, operation: string): string;
  connection(name: string): string;
  app(app: string): string;
}

/** A card's first line: "Create or update a contact in Acme Dental". */
export function stepSentence(step: StepCard, names: CardNames): string {
  if (step.title !== null) return step.title;
  switch (step.kind) {
    case "action":
      return `${names.operation(step.app ?? "", step.operation ?? "")} in ${step.connection === null ? names.app(step.app ?? "") : names.connection(step.connection)}`;
    case "filter":
      return "Go on only if";
    case "branch":
      return "If";
    case "forEach":
      return "For each of";
    case "wait":
      return isDuration(step.rule) ? `Wait ${durationText(step.rule)}` : "Wait until";
    case "format":
      return "Prepare values";
    case "stop":
      return stopSentence(step.rule);
    case "unknown":
      return `Step '${step.id}' is not finished`;
  }
}

/** The rule under the first line, unless the line says it already. */
export function stepRule(step: StepCard): string | null {
  return step.kind === "stop" || (step.kind === "wait" && isDuration(step.rule)) ? null : step.rule;
}

const units: Record<string, string> = { ms: "millisecond", s: "second", m: "minute", min: "minute", h: "hour", d: "day", w: "week" };
const durationPattern = /^(\d+(?:\.\d+)?)\s*(ms|s|min|m|h|d|w)$/;

function isDuration(rule: string | null): rule is string {
  return rule !== null && durationPattern.test(rule.trim());
}

/** "2h" as "2 hours". */
export function durationText(text: string): string {
  const [, amount = "", unit = ""] = durationPattern.exec(text.trim()) ?? [];
  return units[unit] === undefined ? text : `${amount} ${units[unit]}${amount === "1" ? "" : "s"}`;
}

function stopSentence(rule: string | null): string {
  const [outcome = "", ...reason] = (rule ?? "").split(": ");
  const words =
    { success: "Stop here, as a success", filtered: "Stop here, as filtered", failed: "Stop here, as failed" }[outcome] ?? "Stop here";
  return reason.length === 0 ? words : `${words}: ${reason.join(": ")}`;
}

/** A ready command that posts an event to a hook. Safe to paste: the body is one quoted word for the shell. */
export function curlOf(url: string, payload: unknown): string {
  return `curl -X POST ${quoted(url)} -H 'content-type: application/json' -d ${quoted(JSON.stringify(payload))}`;
}

function quoted(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`;
}
