import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { humanize } from "../../../lib/words.ts";
import { cronWords } from "#kernel/cron-words.ts";
import { everyWords } from "#kernel/durations.ts";
import { capital } from "#kernel/words.ts";
import { isObject } from "#kernel/json.ts";
import { operationWords, triggerTitle } from "#surfaces/operation-words.ts";
import type { StepNames } from "./step-names.ts";

/** What starts the flow, in words: "Tag added: gold, in Acme Dental". */
export function triggerWords(trigger: FlowDefinition["trigger"] | undefined, names: StepNames): string {
  if (!isObject(trigger) || typeof trigger.operation !== "string" || trigger.operation === "") return "Choose what starts the flow";
  const entry = names.entry(String(trigger.app), trigger.operation);
  if (entry?.kind === "schedule") return scheduleWords(trigger);
  if (entry?.kind === "manual") return "When somebody starts it by hand";
  const title = entry === undefined ? humanize(trigger.operation) : titleOf(entry, trigger.emit);
  const narrowed = entry?.kind === "change" ? narrowedTo(trigger, entry) : "";
  const where = typeof trigger.connection === "string" && trigger.connection !== "" ? ` in ${names.connection(trigger.connection)}` : "";
  return `${title}${narrowed}${where}`;
}

const titleOf = (entry: CatalogEntry, emit: FlowDefinition["trigger"]["emit"]): string =>
  entry.kind === "trigger" ? triggerTitle(entry, emit === "changed" || emit === "all" ? "New or changed" : "New") : operationWords(entry);

function narrowedTo({ input }: FlowDefinition["trigger"], { inputs }: CatalogEntry): string {
  const said = inputs.flatMap(({ name }) => {
    const value = isObject(input) ? input[name] : undefined;
    return typeof value === "string" && value !== "" ? [value] : [];
  });
  return said.length === 0 ? "" : `: ${said.join(", ")}`;
}

function scheduleWords({ every, input }: FlowDefinition["trigger"]): string {
  const settings = isObject(input) ? input : {};
  const interval = every ?? settings["every"];
  if (typeof interval === "string" && interval !== "") return capital(everyWords(interval));
  const { cron, zone } = settings;
  if (typeof cron !== "string" || cron === "") return "At set times";
  return `${capital(cronWords(cron) ?? `at the times of ${cron}`)}${typeof zone === "string" && zone !== "" ? ` (${zone.replaceAll("_", " ")})` : ""}`;
}
