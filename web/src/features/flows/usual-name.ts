import type { CatalogEntry, FlowDefinition, StepDefinition } from "#api/schemas.ts";
import { cronWords } from "#kernel/cron-words.ts";
import { everyWords } from "#kernel/durations.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { isObject } from "#kernel/json.ts";
import { capital } from "#kernel/words.ts";
import { operationTitle, triggerTitle } from "#surfaces/operation-words.ts";
import { addressOf, withAddress } from "../../lib/web-address.ts";
import { allSteps } from "../flow-editor/document/place.ts";

/** Pure: what a flow is called to which nobody gave a name. */

type EntryOf = (app: string, operation: string) => CatalogEntry | undefined;
type Named = Pick<FlowDefinition, "trigger" | "steps">;

const longestName = 120;
const longestAddress = 40;

/** What starts it and what it does, with what tells it from others: "Tag added: gold, then send data to app.example". Empty where nothing starts it. */
export function usualName({ trigger, steps }: Named, entryOf: EntryOf): string {
  const entry = isObject(trigger) ? entryOf(String(trigger.app), String(trigger.operation)) : undefined;
  if (entry === undefined) return "";
  const actions = actionsIn(steps, entryOf);
  const does = actions.map((words) => words.charAt(0).toLowerCase() + words.slice(1)).join(" and ");
  const start = startWords(trigger, entry);
  return (does === "" ? start : `${start}${entry.kind === "schedule" ? ", " : ", then "}${does}`).slice(0, longestName);
}

/** The definition after a change: called as before the change, unless that was the usual name, which follows what the flow does. */
export function withFollowingName(before: FlowDefinition, after: FlowDefinition, entryOf: EntryOf): FlowDefinition {
  if (after.name !== before.name || before.name !== usualName(before, entryOf)) return after;
  const name = usualName(after, entryOf);
  return name === "" || name === after.name ? after : { ...after, name };
}

function startWords({ every, input }: FlowDefinition["trigger"], entry: CatalogEntry): string {
  const settings = isObject(input) ? input : {};
  if (entry.kind === "schedule") {
    const interval = every ?? settings["every"];
    if (typeof interval === "string" && interval !== "") return capital(everyWords(interval));
    const { cron } = settings;
    return capital((typeof cron === "string" ? cronWords(cron) : null) ?? "at set times");
  }
  const narrowed = entry.kind === "change" ? entry.inputs.flatMap((field) => shortValue(field, settings[field.name])) : [];
  return `${triggerTitle(entry)}${narrowed.length > 0 ? `: ${narrowed.join(", ")}` : ""}`;
}

/** What a trigger is narrowed to, where that is a name and no id. */
function shortValue({ lookup }: CatalogEntry["inputs"][number], value: unknown): string[] {
  if (typeof value !== "string" || value === "") return [];
  if (lookup === undefined) return [fieldWords(value)];
  return lookup.value === lookup.label ? [value] : [];
}

/** The first look-up before a write, and the first write. */
function actionsIn(steps: readonly StepDefinition[], entryOf: EntryOf): string[] {
  const actions = allSteps({ steps } as FlowDefinition).flatMap(({ step }) => {
    const entry = "operation" in step && step.off !== true ? entryOf(step.app, step.operation) : undefined;
    return entry === undefined ? [] : [{ entry, step }];
  });
  const write = actions.find(({ entry }) => entry.kind === "action");
  const [first] = actions;
  const shown = first === undefined ? [] : write === undefined || write === first ? [write ?? first] : [first, write];
  return shown.map(({ entry, step }) => wordsOf(entry, "input" in step ? step.input : undefined));
}

function wordsOf(entry: CatalogEntry, input: unknown): string {
  const title = operationTitle(entry);
  const [host = ""] = addressOf(entry, input)?.split("/") ?? [];
  return host === "" || host === "…" || host.includes("{") || host.length > longestAddress ? title : withAddress(title, host);
}
