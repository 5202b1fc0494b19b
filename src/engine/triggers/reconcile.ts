import { getPath, isObject } from "#kernel/json.ts";
import { momentMs } from "#catalog/moments.ts";
import type { Reconcile, WebhookTrigger } from "#catalog/types.ts";
import { recordId } from "../accept/events.ts";
import type { Acceptance } from "../types/acceptance.ts";
import type { PollFinding, TriggerStore } from "../ports/trigger-store.ts";
import type { WebhookReport, LedgerEntry } from "../types/ledger.ts";
import type { Trigger, TriggerDefinition } from "../types/triggers.ts";
import type { MakeAcceptance } from "./acceptance.ts";
import { coverOf, evidenceOf, isReportable, type Cover } from "./cover.ts";
import { putOff, type Finding } from "./diff.ts";
import type { PollPlan } from "./plan.ts";
import { watchedFrom } from "./poll-state.ts";
import type { Survey } from "./survey.ts";

/** What a poll needs to know to find what a webhook should have reported. */
export interface Reconciling {
  facts: Reconcile;
  /** The finding as the webhook would have reported it. */
  payload(finding: Finding, readAt: number): unknown;
}

export interface ReconcileParts {
  store: Pick<TriggerStore, "ledgerEntries">;
  /** What an event said; null when it is gone. */
  payloadOf(trigger: Trigger, eventId: string): Promise<unknown>;
  makeAcceptance: MakeAcceptance;
}

/** What a webhook's facts say of it. */
export const reconcilingOf = (facts: WebhookTrigger, reconcile: Reconcile, locationId: string | null): Reconciling => ({
  facts: reconcile,
  payload: (finding, readAt) => webhookPayload(facts, finding, { readAt, locationId }),
});

/** A survey as it is settled: what webhooks reported is confirmed; what they did not is put off and, after a while, reported by the poll. */
export type Reconciled = Pick<Survey, "remember" | "forget" | "state"> & { pollFindings: PollFinding[] };

interface Work {
  trigger: Trigger;
  survey: Survey;
  plan: PollPlan;
  reconciling: Reconciling;
  now: number;
}

/** Null as soon as the flow turns out to be off. */
export async function reconcileSurvey(parts: ReconcileParts, work: Work): Promise<Reconciled | null> {
  const { trigger, survey, reconciling, now } = work;
  const watchedSince = watchedFrom(survey.state.epoch);
  const { facts } = reconciling;
  const reportable = survey.findings.filter((finding) => isReportable(facts, finding, { madeAt: madeAt(facts, finding), watchedSince }));
  const entries = await parts.store.ledgerEntries(
    trigger.id,
    reportable.map((finding) => finding.itemKey),
  );
  const remembered = new Map(survey.remember.map((item) => [item.key, item]));
  const pollFindings: PollFinding[] = [];
  const unsettled: Finding[] = [];
  for (const finding of reportable) {
    const was = entries.get(finding.itemKey) ?? null;
    const cover = await judged(parts, work, finding, was);
    if (cover !== "reported") unsettled.push(finding);
    if (cover === "waiting") {
      remembered.set(finding.itemKey, putOff(finding, now));
      continue;
    }
    const outcome =
      cover === "reported"
        ? { now: confirmed(was!, changedAt(work.plan, finding), now), accept: null }
        : await reported(parts, work, finding);
    if (!outcome) return null;
    pollFindings.push({ was, ...outcome, remember: remembered.get(finding.itemKey) ?? null, otherwise: putOff(finding, now) });
    remembered.delete(finding.itemKey);
  }
  const cursor = heldBack(survey.state.cursor, unsettled);
  return { pollFindings, remember: [...remembered.values()], forget: survey.forget, state: { ...survey.state, cursor } };
}

async function judged(
  { payloadOf }: ReconcileParts,
  { trigger, plan, reconciling, now }: Work,
  finding: Finding,
  entry: LedgerEntry | null,
): Promise<Cover> {
  const { facts } = reconciling;
  const compared = facts.carries !== undefined && entry?.eventId;
  const evidence = compared ? evidenceOf(facts, finding.row, await payloadOf(trigger, compared)) : "none";
  return coverOf({ finding, emit: facts.emit, entry, changedAt: changedAt(plan, finding), evidence, now });
}

/** The poll tells it in the webhook's place. */
async function reported({ makeAcceptance }: ReconcileParts, { trigger, plan, reconciling, now }: Work, finding: Finding) {
  const at = changedAt(plan, finding);
  const about = { key: finding.eventKey, happenedAt: at, recovered: true };
  const accept = await makeAcceptance(trigger, reconciling.payload(finding, now), about);
  return accept && { now: recovered(accept, finding, at ?? now, now), accept };
}

/** The row's time, where it moves on every change that counts and on no other. */
const changedAt = ({ timeTrusted, only }: PollPlan, { time }: Finding): number | null => (timeTrusted && !only ? time : null);

const madeAt = ({ made }: Reconcile, { row }: Finding): number | null => (made === undefined ? null : momentMs(getPath(row, made)));

/** What is not settled must be read again, however little of the list is read next time. */
function heldBack(cursor: number | null, pending: readonly Finding[]): number | null {
  const times = pending.flatMap(({ time }) => time ?? []);
  return cursor === null ? null : Math.min(cursor, ...times);
}

/** The poll has seen what the webhook reported. */
const confirmed = (was: LedgerEntry, changedAt: number | null, now: number): LedgerEntry => ({
  ...was,
  by: was.by === "webhook" ? "both" : was.by,
  at: Math.max(was.at, changedAt ?? was.at),
  foundAt: now,
});

/** The poll tells it. */
const recovered = ({ event }: Acceptance, { itemKey }: Finding, at: number, now: number): LedgerEntry => ({
  triggerId: event.triggerId,
  item: itemKey,
  by: "poll",
  at,
  foundAt: now,
  upTo: now,
  eventId: event.id,
});

/**
 * A finding in the shape of the webhook: its name and sub-account where the event has them, the row beside them or under its name, the
 * record's id where the event has it. A deletion has nothing but these.
 */
function webhookPayload(
  { accepts = {}, location, record, reconcile }: WebhookTrigger,
  { kind, itemKey, row }: Finding,
  { readAt, locationId }: { readAt: number; locationId: string | null },
): unknown {
  const content = isObject(row) ? row : {};
  let payload: Record<string, unknown> = reconcile?.wrap === undefined ? { ...content } : { [reconcile.wrap]: content };
  if (record !== undefined && getPath(payload, record) === undefined) payload = put(payload, record, itemKey);
  for (const [path, values] of Object.entries(accepts))
    if (values[0] !== undefined && !values.includes(String(getPath(payload, path)))) payload = put(payload, path, values[0]);
  const place = getPath(row, "locationId") ?? locationId;
  if (location !== undefined && place !== null && getPath(payload, location) === undefined) payload = put(payload, location, place);
  return { ...payload, _change: { kind, id: itemKey, readAt: new Date(readAt).toISOString(), recovered: true } };
}

/** What an event that came by webhook adds to the ledger; null where its trigger is not reconciled, or the event makes no run. */
export function webhookReportOf(
  facts: WebhookTrigger | null,
  { reconcile }: TriggerDefinition,
  { event, runs }: Acceptance,
): WebhookReport | null {
  if (!facts?.reconcile || facts.record === undefined || reconcile === undefined) return null;
  const item = recordId(getPath(event.payload, facts.record));
  if (item === null || runs.every((run) => run.state === "filtered")) return null;
  const { happenedAt, receivedAt } = event;
  return { item, at: happenedAt ?? receivedAt, dated: happenedAt !== null, once: facts.reconcile.emit === "new" };
}

function put(target: Record<string, unknown>, path: string, value: unknown): Record<string, unknown> {
  const [head = "", ...rest] = path.split(".");
  if (rest.length === 0) return { ...target, [head]: value };
  const inner = target[head];
  return { ...target, [head]: put(isObject(inner) ? inner : {}, rest.join("."), value) };
}
