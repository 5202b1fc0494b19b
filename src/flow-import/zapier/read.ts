import { wordsKey } from "#catalog/equivalents.ts";
import { triggerNamed } from "../actions.ts";
import { collect, ignoreLayout, listRest } from "../collect.ts";
import { sampleLeft } from "../fields.ts";
import { actionTitle, Names, titleOf } from "../names.ts";
import type { NeutralFlow, NeutralStep, NeutralTrigger } from "../neutral.ts";
import { Outputs, type Path, without } from "../outputs.ts";
import type { CatalogPack } from "../pack.ts";
import type { ExportNode } from "../export-node.ts";
import type { ImportedFlow } from "../result.ts";
import { leaveLogin, readStep, type Zap, type ZapStep } from "./steps.ts";

/** Reads a Zap: its first step starts the flow, and the others follow as their parents say. */
export function readZap(part: ExportNode, pack: CatalogPack): ImportedFlow {
  const name = titleOf(part.takeAt("title") || part.takeAt("name")) || "Zap";
  const zap: Zap = { pack, names: new Names(), outputs: new Outputs() };
  const [root, ...strays] = stepsOf(part, zap);
  for (const stray of strays)
    stray.part.check({ at: stray.title, why: "no step leads to it", todo: "build the step by hand, if the flow needs it" });
  const flows: NeutralFlow[] = [];
  if (root) {
    const trigger = triggerOf(root, zap);
    const steps = follow(root.children, zap, true);
    const zone = trigger.zone ?? zoneOf(part);
    flows.push({
      name,
      description: [part.takeAt("description")],
      trigger: trigger.trigger,
      steps,
      ...(zone === undefined ? {} : { zone }),
    });
  }
  settle(part);
  return collect("Zapier", name, part, flows);
}

/** The zone in which a Zap read times, of the Zap or of the first of its steps that has one. */
function zoneOf(part: ExportNode): string | undefined {
  const steps = (part.get("nodes") ?? part.get("steps"))!.entries().map(([, step]) => step.get("meta", "timezone"));
  const zones = [part.get("timezone"), part.get("meta", "timezone"), ...steps].filter((zone) => zone !== undefined);
  const zone = zones.find(({ text }) => isZone(text))?.text;
  for (const each of zones) if (each.text === zone) each.converted();
  return zone;
}

function isZone(name: string): boolean {
  try {
    return name !== "" && new Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}

/** The steps of a Zap as a tree; the first is its trigger. Steps without a parent that is there stand beside it. */
function stepsOf(part: ExportNode, { names }: Zap): ZapStep[] {
  const parts = (part.get("nodes") ?? part.get("steps"))!.entries().map(([key, node]) => ({ key: node.textAt("id") || String(key), node }));
  const steps = new Map(parts.map(({ key, node }) => [key, stepOf(key, node, names)]));
  const roots: ZapStep[] = [];
  const isLinked = parts.some(({ node }) => node.textAt("parent_id") !== "");
  let before: ZapStep | undefined;
  for (const [key, step] of steps) {
    const parent = isLinked ? steps.get(step.part.textAt("parent_id")) : before;
    if (parent && !leadsTo(step, parent)) parent.children.push(step);
    else roots.push(step);
    before = steps.get(key);
  }
  return roots.sort((a, b) => Number(isTrigger(b)) - Number(isTrigger(a)));
}

const isTrigger = ({ part }: ZapStep): boolean => part.textAt("type_of") === "read" && part.textAt("parent_id") === "";

/** Whether a step lies below another: a file in which parents go round in a circle is cut there. */
function leadsTo(step: ZapStep, other: ZapStep): boolean {
  const open = [step];
  for (let at = open.pop(); at; at = open.pop()) {
    if (at === other) return true;
    open.push(...at.children);
  }
  return false;
}

function stepOf(key: string, part: ExportNode, names: Names): ZapStep {
  const api = part.textAt("selected_api").split("@")[0]!;
  const action = part.textAt("action");
  const app = wordsKey(api.replace(/(?:CLI)?API$/, "").replace(/V\d$/, ""));
  const said = part.get("meta", "stepTitle") ?? part.get("title");
  const title = names.title(titleOf(said?.take() || actionTitle(action) || app));
  return { part, key, app, action, id: names.of(said?.text || actionTitle(action) || app), title, children: [] };
}

/** What follows: one step, or several ways one after another. */
function follow(steps: readonly ZapStep[], zap: Zap, main: boolean): NeutralStep[] {
  const [only, ...more] = steps;
  if (!only) return [];
  if (more.length > 0) return steps.flatMap((step) => follow([step], zap, false));
  const read = readStep(only, zap);
  accountFor(only);
  if (read.does === "step") return [...(read.step ? [read.step] : []), ...follow(only.children, zap, main)];
  const own = { id: only.id, title: only.title };
  if (read.does === "loop") return [{ ...own, does: "forEach", list: read.list, as: read.as, steps: follow(only.children, zap, false) }];
  if (main) return [{ ...own, does: "filter", if: read.if }, ...follow(only.children, zap, true)];
  return [{ ...own, does: "branch", if: read.if, yes: follow(only.children, zap, false) }];
}

function accountFor({ part, title }: ZapStep): void {
  leaveLogin(part);
  ignoreLayout(part, "id", "parent_id", "root_id", "meta", "triple_stores", "title", "customuser_id", "account_id", "note_id");
  part.ignoreAt("whether a step ran: flows are imported as drafts", "paused");
  listRest(part, title);
}

// ---------------------------------------------------------------- the trigger

const webhook: NeutralTrigger = { app: "http", operation: "webhook" };

function triggerOf(step: ZapStep, zap: Zap): { trigger: NeutralTrigger; zone?: string } {
  const { part, app, action, title } = step;
  zap.outputs.set(step.key, { is: "value", name: "trigger", read: ofEvent });
  const known = triggerNamed(zap.pack, "zapier", app, action);
  const clock = app.startsWith("schedule") ? scheduleOf(step) : undefined;
  const isHook = /^webhooks?/.test(app) && /hook/i.test(action);
  if (known || clock || isHook) for (const name of ["selected_api", "action", "type_of"]) part.get(name)?.converted();
  else
    part.get("selected_api")?.check({
      at: title,
      why: `nothing here starts a flow for '${app}' by itself`,
      todo: `let ${app} post to the address of this flow, which its page shows`,
    });
  for (const name of ["action", "type_of"]) part.get(name)?.converted();
  accountFor(step);
  return clock ?? { trigger: known ?? webhook };
}

/** The query of an address is beside the event. */
const ofEvent = (path: Path): Path => {
  const [first, ...rest] = path;
  return first === "querystring" ? ["_query", ...rest] : without(["body"])(path);
};

const days: Record<string, string> = { sunday: "0", monday: "1", tuesday: "2", wednesday: "3", thursday: "4", friday: "5", saturday: "6" };

function scheduleOf({ part, action, title }: ZapStep): { trigger: NeutralTrigger; zone?: string } {
  const params = part.get("params");
  const zone = params?.takeAt("timezone") || params?.takeAt("tz") || undefined;
  const [hour, minute] = timeOf(params?.either("time_of_day", "hour", "time")?.text ?? "");
  const weekday = params?.either("day_of_week", "weekday")?.text.toLowerCase() ?? "";
  const monthday = params?.either("day_of_month", "monthday")?.text ?? "";
  const weekends = /^(no|false|0)$/i.test(params?.textAt("trigger_on_weekends") || params?.textAt("weekends") || "");
  const key = wordsKey(action);
  const cron = /hour/.test(key)
    ? `${minute} * * * *`
    : /week/.test(key)
      ? `${minute} ${hour} * * ${days[weekday] ?? (/^[0-6]$/.test(weekday) ? weekday : "1")}`
      : /month/.test(key)
        ? `${minute} ${hour} ${/^\d{1,2}$/.test(monthday) ? Number(monthday) : 1} * *`
        : `${minute} ${hour} * * ${weekends ? "1-5" : "*"}`;
  params?.converted();
  if (zone === undefined)
    params?.check({
      at: `${title} › time`,
      why: "the file does not say in which time zone it was meant",
      todo: "look at the time and the zone of the trigger",
    });
  return {
    trigger: { app: "millrace", operation: "schedule", input: { cron, zone: zone ?? "UTC" } },
    ...(zone === undefined ? {} : { zone }),
  };
}

/** `9am`, `09:30`, `14`. */
function timeOf(text: string): [number, number] {
  const [, hour = "9", minute = "0", half = ""] = /^\s*(\d{1,2})(?::(\d{2}))?\s*(am|pm)?/i.exec(text) ?? [];
  const pm = half.toLowerCase() === "pm";
  return [((Number(hour) % (half === "" ? 24 : 12)) + (pm ? 12 : 0)) % 24, Number(minute) % 60];
}

function settle(part: ExportNode): void {
  ignoreLayout(part, "id", "url", "created_at", "updated_at", "modified_at", "folder_id", "shared", "draft", "current_version");
  part.ignoreAt("whether it ran: flows are imported as drafts", "status", "state", "paused", "is_enabled", "on", "live", "last_live_at");
  part.ignoreAt(sampleLeft, "samples", "last_run", "tasks");
  listRest(part, "Zap");
}
