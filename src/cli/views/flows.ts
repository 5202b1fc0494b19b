/** Pure: flows as people read them. */
import { formatDuration } from "#kernel/durations.ts";
import { capital } from "#kernel/words.ts";
import type { DryRunReply, FlowDetail, FlowView, ImportReply } from "#api/schemas.ts";
import { saidOfField } from "#surfaces/said-of-field.ts";
import type { Sample } from "../shapes.ts";
import { facts, table } from "../table.ts";
import { ago, brief, clean, count, paint, type Paper, type Style } from "../text.ts";
import { effectLines } from "./effects.ts";
import { subscriptionLines } from "./inboxes.ts";
import { lintLine } from "./lint.ts";

const statusStyles: Record<FlowView["status"], Style | undefined> = { on: "green", off: "yellow", draft: "dim" };
const statusWords: Record<FlowView["status"], string> = { on: "On", off: "Off", draft: "Draft" };

export function flowTable(flows: readonly FlowView[], paper: Paper): string {
  if (flows.length === 0) return "There is no flow yet. Make one: millrace flow save flow.json";
  return table(
    flows,
    [
      { title: "flow", value: (f) => f.name },
      { title: "status", value: (f) => statusWords[f.status], style: (f) => statusStyles[f.status] },
      { title: "version", value: versionOf },
      { title: "trigger", value: (f) => f.trigger.title },
      { title: "runs, 24 h", value: (f) => String(total(f)) },
      { title: "attention", value: (f) => String(troubled(f)), style: (f) => (troubled(f) > 0 ? "red" : "dim") },
      { title: "id", value: (f) => f.id, style: () => "dim" },
    ],
    paper,
  );
}

export function flowPage(flow: FlowDetail, paper: Paper): string {
  const { trigger } = flow;
  const lines = facts(
    [
      ["Status", `${statusWords[flow.status]}${flow.reason === undefined ? "" : ` (${flow.reason})`}`],
      ["Version", versionOf(flow)],
      ["Trigger", `${trigger.title} (${trigger.kind})`],
      ["Hook", trigger.subscription ? null : trigger.hookUrl],
      ["Told to", toldWords(trigger, paper)],
      ["Proof", trigger.proof],
      ["Asked every", trigger.everyMs === null ? null : formatDuration(trigger.everyMs)],
      ["Webhooks", trigger.sooner.length === 0 ? null : `${trigger.sooner.join(", ")}, where an inbox gets them`],
      ["Last asked", trigger.lastAt === null ? null : ago(paper, trigger.lastAt)],
      ["Trouble", trigger.lastError?.message],
      ["Runs, 24 h", runCounts(flow)],
      ["Checks", flow.lint && lintLine(flow.lint)],
      ["Folder", flow.folder],
      ["Id", flow.id],
    ],
    paper,
  );
  const ticks = subscriptionLines(trigger, paper).map((line) => `\n${line}`);
  const lacks =
    flow.problems.length === 0 ? "" : `\n\n${[paint(paper, "yellow", "Not ready to be published:"), ...problemLines(flow)].join("\n")}`;
  const notices = flow.notices.map((notice) => `\n${paint(paper, "yellow", clean(notice))}`);
  return `${paint(paper, "bold", clean(flow.name))}\n${sentences(flow)}\n\n${lines}${ticks.length > 0 ? "\n" : ""}${ticks.join("")}${lacks}${notices.join("")}`;
}

/** What it does; where the draft says something else, both, and which is which. */
const sentences = ({ sentence, draftSentence, version }: FlowDetail): string =>
  draftSentence === null ? clean(sentence) : `Published, version ${version}: ${clean(sentence)}\nDraft: ${clean(draftSentence)}`;

/** Whether an app was told the address by Millrace. */
function toldWords({ hookSubscription: told }: FlowDetail["trigger"], paper: Paper): string | null {
  if (told === null) return null;
  if (told.problem !== null) return told.problem;
  return told.state === "subscribed" && told.since !== null ? `${told.app}, ${ago(paper, told.since)}` : `${told.app}, not yet`;
}

/** What came of telling an app the address of a flow. */
export function subscribeLine({ name, trigger }: FlowDetail, paper: Paper): string {
  return `${clean(name)}: ${clean(toldWords(trigger, paper) ?? "no app is told its address by Millrace")}`;
}

/** A sentence after something was done with a flow, and for one that is on, where its events come in. */
export function flowLine(done: string, flow: FlowDetail, paper: Paper): string {
  const line = `${done}: ${clean(flow.name)} (${flow.id}), ${statusWords[flow.status].toLowerCase()}, ${versionOf(flow)}`;
  if (flow.status !== "on") return line;
  const { subscription, hookUrl } = flow.trigger;
  const hook = subscription || hookUrl === null ? [] : [`Its hook: ${clean(hookUrl)}`];
  return [line, ...hook, ...subscriptionLines(flow.trigger, paper)].join("\n");
}

/** The same after a save, with what the draft still lacks. */
export function savedLines(done: string, flow: FlowDetail, paper: Paper): string {
  const line = flowLine(done, flow, paper);
  return flow.problems.length === 0
    ? line
    : [line, paint(paper, "yellow", "Not ready to be published yet:"), ...problemLines(flow)].join("\n");
}

/** What was imported, and which logins it waits for. */
export function importLines({ flow, missing }: ImportReply, paper: Paper): string {
  const lines = missing.map(({ name, app, where }) => `  ${clean(name)} (${clean(app)}): ${clean(where.join("; "))}`);
  const lacks = lines.length === 0 ? [] : [paint(paper, "yellow", "Connections that are not there yet:"), ...lines];
  return [savedLines("Imported", flow, paper), ...lacks].join("\n");
}

const problemLines = ({ problems }: FlowDetail): string[] =>
  problems.map(({ where, problem }) => `  ${clean(capital(where))}: ${clean(problem)}`);

export function dryRunPage(reply: DryRunReply, paper: Paper): string {
  const { counts } = reply;
  const tiles = [
    [`create ${counts.create}`, counts.create],
    [`update ${counts.update}`, counts.update],
    [`delete ${counts.delete}`, counts.delete],
    [`make ${count(counts.other, "other write")}`, counts.other],
  ] as const;
  const would = tiles
    .filter(([, n]) => n > 0)
    .map(([words]) => words)
    .join(", ");
  const head = `${paint(paper, "bold", clean(reply.summary))}\nWould ${would || "change nothing"}; ${counts.unchanged} unchanged, ${counts.skipped} skipped, ${count(reply.calls, "call")}. Nothing was written.`;
  const skipped = reply.skipped.map(({ step, why }) => paint(paper, "dim", `Skipped ${stepTitle(reply, step)}: ${clean(why)}`));
  const notices = reply.notices.map((notice) => paint(paper, "yellow", clean(notice)));
  const lacks = reply.problems.map(({ where, problem }) => paint(paper, "yellow", `Not complete: ${clean(where)}: ${clean(problem)}`));
  const error = reply.error ? [paint(paper, "red", `Failed: ${failedStep(reply)}${clean(saidOfField(reply.error))}`)] : [];
  const tried = reply.sample ? [`Tried with ${sampleWords(reply.sample, paper)}`] : [];
  const rest = [...tried, ...reply.effects.flatMap((effect) => effectLines(effect, paper)), ...skipped, ...lacks, ...notices, ...error];
  return rest.length === 0 ? head : `${head}\n\n${rest.join("\n")}`;
}

/** A step by its title; one that was never reached has only its path. */
const stepTitle = ({ steps }: DryRunReply, path: string): string => clean(steps.find((step) => step.path === path)?.title ?? path);

function failedStep({ steps }: DryRunReply): string {
  const failed = steps.find(({ state }) => state === "failed");
  return failed === undefined ? "" : `${clean(failed.title)}: `;
}

/** What a start by hand came to. */
export const startedLine = ({ run, event }: { run: string | null; event: string }): string =>
  run === null ? `Kept as a sample (${event}): the flow is not on.` : `Started ${run}\nSee it: millrace run show ${run}`;

const sampleWords = ({ from, at, person }: Sample, paper: Paper): string =>
  from === "now"
    ? "this moment: the flow needs no event"
    : `${person === null ? "an event" : clean(person)}, ${from === "event" ? `received ${ago(paper, at)}` : `from ${fromWords[from]}`}`;

export function sampleTable(samples: readonly Sample[], paper: Paper): string {
  if (samples.length === 0) return "No event has come yet. Send one to the flow's trigger.";
  return table(
    samples,
    [
      { title: "from", value: ({ from, at }) => (from === "event" ? ago(paper, at) : fromWords[from]) },
      { title: "person", value: ({ person }) => person ?? "" },
      { title: "event", value: ({ payload }) => brief(payload) },
    ],
    paper,
  );
}

const fromWords = {
  now: "this moment",
  event: "received",
  other_flow: "another flow",
  list: "the list",
  test: "a test",
  run: "a run",
  example: "the catalog's example",
  schema: "made up",
} as const;

const versionOf = ({ version, changed }: FlowView) => (version === null ? "not published" : `v${version}${changed ? " + draft" : ""}`);
const total = ({ counts }: FlowView) => Object.values(counts).reduce((sum, n) => sum + n, 0);
const troubled = ({ counts }: FlowView) => (counts.failed ?? 0) + (counts.held ?? 0);

function runCounts({ counts }: FlowView): string {
  return (
    Object.entries(counts)
      .filter(([, n]) => n > 0)
      .map(([state, n]) => `${n} ${state}`)
      .join(", ") || "none"
  );
}
