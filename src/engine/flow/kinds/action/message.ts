import { defined } from "#kernel/defined.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Json } from "#kernel/json.ts";
import { ruleWords, type MessageDecision } from "../../../messages/decide.ts";
import type { StepCall } from "../../../ports/caller.ts";
import type { Ending } from "../../../run/parts.ts";
import type { MessageRule } from "../../../types/messages.ts";
import { moment } from "../../moment.ts";
import { callOf, give, type ActionWork } from "./work.ts";

/** Whether a message can be sent now, with what there is to say of it; else how the step goes on without it. */
type Kept = { send: true; note?: string } | { send: false; ending: Ending | null };

/** Keeps the message policy before a step sends. A message that can be sent is counted. */
export async function keepPolicy(work: ActionWork, call: StepCall): Promise<Kept> {
  const decision = await decide(work, call);
  if (!decision || decision.kind === "send") return { send: true, ...defined({ note: exceptionNote(work, decision?.without) }) };
  if (decision.kind === "skip") return skip(work, decision);
  return decision.scheduled === null ? wait(work, decision) : schedule(work, decision, decision.scheduled);
}

/** The app keeps the message until the quiet hours are over, so the run need not wait. */
async function schedule(work: ActionWork, { until, reason }: Wait, field: string): Promise<Kept> {
  work.record.input = { ...(work.record.input as Record<string, Json>), [field]: Math.ceil(until / 1000) };
  const kept = await keepPolicy(work, callOf(work));
  const note = `Scheduled for ${moment(until, work.walk.flow.settings.zone)}: ${reason}.`;
  return kept.send ? { ...kept, note: kept.note === undefined ? note : `${note} ${kept.note}` } : kept;
}

/** "Sent without quiet hours: A code the person has just asked for." */
function exceptionNote(work: ActionWork, without: readonly MessageRule[] = []): string | undefined {
  if (without.length === 0) return undefined;
  const reasons = exceptionsOf(work).map(({ reason }) => reason);
  return `Sent without ${without.map((rule) => ruleWords[rule]).join(" and ")}: ${[...new Set(reasons)].join("; ")}.`;
}

const exceptionsOf = ({ plan, walk }: ActionWork) =>
  [walk.flow.settings.messages, plan.messages].filter((exception) => exception !== undefined);

type Wait = Extract<MessageDecision, { kind: "wait" }>;

async function decide(work: ActionWork, call: StepCall): Promise<MessageDecision | undefined> {
  const { parts, flow } = work.walk;
  return parts.messages?.decide({ call, exceptions: exceptionsOf(work), zone: flow.settings.zone });
}

function skip({ plan, walk, record, scope }: ActionWork, { rule, reason }: Extract<MessageDecision, { kind: "skip" }>): Kept {
  const { clock, dry } = walk.parts;
  const now = clock.now();
  const output = { skipped: ruleWords[rule], reason };
  const attempt = { at: now, durationMs: 0, note: `Skipped: ${reason}.` };
  const skipped = { ...record, state: "skipped" as const, output, attempts: [...record.attempts, attempt], error: null, finishedAt: now };
  walk.put(skipped);
  dry?.skipped.push({ step: record.path, why: reason });
  give(plan, walk, scope, output, skipped);
  return { send: false, ending: null };
}

/** A dry run goes on as if the time had come; whoever tries the step by itself is told that it is not the time. */
function wait({ walk, record }: ActionWork, { until, reason }: Wait): Kept {
  const { dry, barrier } = walk.parts;
  const when = moment(until, walk.flow.settings.zone);
  if (dry) {
    dry.skipped.push({ step: record.path, why: `would wait until ${when}: ${reason}` });
    return { send: true };
  }
  if (!barrier) throw new MillraceError("MESSAGE_NOT_ALLOWED", { details: { problem: `${reason} until ${when}`, outcome: "not_sent" } });
  const { input, ...kept } = record;
  // Its retries have their time from when it may be sent.
  const begun = kept.attempts.length > 0 ? { input } : { input: undefined, startedAt: until };
  walk.put({ ...kept, ...begun, state: "waiting", error: null });
  return { send: false, ending: { kind: "paused", dueAt: until, durable: true, waiting: { kind: "quiet", reason, step: record.path } } };
}
