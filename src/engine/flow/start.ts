import { isSupportedCountry } from "libphonenumber-js/min";
import { isZone } from "#catalog/moments.ts";
import { describedProblems } from "#catalog/described.ts";
import { readSigning } from "#catalog/signing.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import { isObject } from "#kernel/json.ts";
import { didYouMean } from "../mapping/nearest.ts";
import { ruleCalls } from "../mapping/rule-names.ts";
import { isTemplate } from "../mapping/template.ts";
import { parseSchedule } from "../triggers/schedule.ts";
import type { FlowSettings } from "../types/flows.ts";
import type { TriggerDefinition } from "../types/triggers.ts";
import { attempt, checkApp, checkDuration } from "./asking.ts";
import type { FlowKnowledge, TriggerInfo } from "./knowledge.ts";
import { checkReconcile } from "./reconcile.ts";
import { checkByRecord } from "./records.ts";
import { joinPath } from "./read-shape.ts";
import { ruleKindsOf } from "../mapping/rule-format.ts";
import type { FlowProblem } from "./read-shape.ts";
import { checkValue } from "./templates.ts";
import { checkWatch } from "./watch.ts";

const shortestPollMs = 60_000;
const longestRetryMs = 30 * 86_400_000;

/** Checks that a flow's zone and country exist, and its durations. */
export function checkSettings({ zone, country, retry }: FlowSettings, problems: FlowProblem[]): void {
  if (zone !== undefined && !isZone(zone))
    problems.push({ at: "settings.zone", problem: `'${zone}' is not a time zone; write it like Europe/Paris` });
  if (country !== undefined && !isSupportedCountry(country.toUpperCase())) {
    problems.push({ at: "settings.country", problem: `'${country}' is not a country of two letters, like US or DE` });
  }
  if (retry?.maxElapsed !== undefined)
    checkDuration(
      retry.maxElapsed,
      "settings.retry.maxElapsed",
      { most: longestRetryMs, words: "retries go on for 30 days at most" },
      problems,
    );
}

/** Checks that a trigger exists, has the options of its kind, and can give what the flow's settings ask of it. */
export function checkTrigger(trigger: TriggerDefinition, settings: FlowSettings, knowledge: FlowKnowledge, problems: FlowProblem[]): void {
  const app = checkApp(trigger.app, "trigger", knowledge, problems);
  if (!app) return;
  const info = knowledge.trigger(trigger.app, trigger.operation);
  if (!info)
    return void problems.push({
      at: "trigger.operation",
      problem: `${app.title} has no trigger '${trigger.operation}'${didYouMean(trigger.operation, knowledge.operations(trigger.app))}`,
    });
  checkTriggerOptions(trigger, info, problems);
  checkSigning(trigger, info, problems);
  checkSenders(trigger, info, problems);
  for (const { field, problem } of describedProblems(info, trigger.input ?? {})) problems.push({ at: `trigger.input.${field}`, problem });
  if (info.watch) checkWatch(trigger, settings, info, problems);
  else checkByRecord(trigger, settings, info.anyList && trigger.input?.["list"] !== undefined ? { ...info, record: true } : info, problems);
  checkReconcile(trigger, info, knowledge, problems);
  if (info.needsConnection !== undefined && trigger.connection === undefined)
    problems.push({ at: "trigger.connection", problem: `${app.title} ${info.needsConnection}; name the connection for it` });
  if (info.kind === "poll" && app.needsConnection && trigger.connection === undefined)
    problems.push({ at: "trigger.connection", problem: `${app.title} is polled with a connection; name one` });
  const { zone } = settings;
  if (info.kind === "schedule")
    attempt("trigger.input", problems, () => parseSchedule(trigger, zone !== undefined && isZone(zone) ? zone : "UTC"));
  const visible = {
    names: new Set(["trigger"]),
    allSteps: new Map(),
    titleOf: (step: string) => step,
    rules: ruleKindsOf(knowledge.rules ?? {}),
  };
  for (const option of ["key", "record"] as const) {
    checkValue(trigger[option] ?? "", `trigger.${option}`, visible, problems);
    checkWithoutScripts(trigger[option] ?? "", `trigger.${option}`, knowledge, problems);
  }
}

/** Keys are made when the event comes, at once: nothing can be executed for them. */
function checkWithoutScripts(text: string, at: string, { rules = {} }: FlowKnowledge, problems: FlowProblem[]): void {
  for (const { name } of ruleCalls(text, false))
    if (name !== null && Object.hasOwn(rules, name) && rules[name]!.kind === "script")
      problems.push({ at, problem: `the rule '${name}' is a script, which is executed in the steps of a run only` });
}

/** A signature needs a way of signing and a connection with the secret: without one, no event would be accepted. */
function checkSigning(
  { input, connection }: TriggerDefinition,
  { kind, signing: isPossible, needsConnection }: TriggerInfo,
  problems: FlowProblem[],
): void {
  const signature = input?.["signature"];
  if (signature === undefined || kind !== "webhook") return;
  const at = "trigger.input.signature";
  if (!isPossible)
    return void problems.push({ at, problem: "belongs to a webhook that anybody may send; this app signs its events itself" });
  const signing = readSigning(signature);
  if (typeof signing === "string") problems.push({ at, problem: signing });
  if (connection === undefined && needsConnection === undefined)
    problems.push({ at: "trigger.connection", problem: "name the connection that holds the secret of the signature" });
}

/** Only an address of the flow's own can be closed to others; an inbox has a list of its own. */
function checkSenders({ senders }: TriggerDefinition, { kind, inbox }: TriggerInfo, problems: FlowProblem[]): void {
  if (senders === undefined) return;
  const at = "trigger.senders";
  if (kind !== "webhook") return void problems.push({ at, problem: `belongs to a webhook trigger, and this is a ${kind} trigger` });
  if (inbox) return void problems.push({ at, problem: "belongs to the inbox at which these events come in: set it there" });
  attempt(at, problems, () => void ipRanges(senders));
}

/** Reports options that belong to another kind of trigger, instead of ignoring them. */
function checkTriggerOptions(trigger: TriggerDefinition, { kind, watch }: TriggerInfo, problems: FlowProblem[]): void {
  const { every, emit, whole, key, input, reconcile, inbox } = trigger;
  const only = (option: string, kinds: string[]) => {
    if (!kinds.includes(kind))
      problems.push({ at: `trigger.${option}`, problem: `belongs to a ${kinds.join(" or ")} trigger, and this is a ${kind} trigger` });
  };
  if (emit !== undefined) only("emit", ["poll"]);
  if (whole !== undefined) checkWhole(trigger, only, problems);
  if (key !== undefined) only("key", ["webhook"]);
  if (inbox !== undefined && !watch) only("inbox", ["webhook"]);
  if (reconcile !== undefined) only("reconcile", ["webhook"]);
  if (every !== undefined) only("every", ["poll", "schedule"]);
  if (every !== undefined && kind === "poll")
    checkDuration(every, "trigger.every", { least: shortestPollMs, words: "the shortest interval of a poll is 1m" }, problems);
  for (const at of templatesIn(input ?? {}, "trigger.input"))
    problems.push({ at, problem: "a trigger's input is fixed: there is no event yet that a template could read" });
}

/** Only a poll that looks for deletions reads to the end for certainty; any other stops where it can. */
function checkWhole({ whole, emit }: TriggerDefinition, only: (option: string, kinds: string[]) => void, problems: FlowProblem[]): void {
  const at = "trigger.whole";
  only("whole", ["poll"]);
  if (emit !== "all") problems.push({ at, problem: "belongs to a poll with `emit: all`" });
  checkDuration(whole!, at, { least: shortestPollMs, words: "the shortest interval of a poll is 1m" }, problems);
}

function templatesIn(value: unknown, at: string): string[] {
  if (typeof value === "string") return isTemplate(value) ? [at] : [];
  if (Array.isArray(value)) return value.flatMap((item, i) => templatesIn(item, joinPath(at, [i])));
  return isObject(value) ? Object.entries(value).flatMap(([key, member]) => templatesIn(member, joinPath(at, [key]))) : [];
}
