import type { ChangeStore } from "#changes/types.ts";
import type { Engine } from "#engine/api.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import type { Log } from "#kernel/log.ts";
import type { CallStore } from "#storage/call-store.ts";
import type { HookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import type { MessageRows } from "#storage/message-store.ts";
import type { StoreMarks } from "#storage/marks.ts";
import type { TagStore } from "#storage/tag-store.ts";
import type { WebhookStore } from "#storage/webhook-store.ts";
import { pruneBound, type ClockState } from "./clock-watch.ts";

/** Notes between processes are read within a second; a day is for one that was suspended. */
const internalMs = dayMs;
const changesAtOnce = 500;
const callsAtOnce = 1000;
/** For how long people can see what was sent to webhook endpoints, and send it again. */
const deliveryDays = 30;
const deliveriesAtOnce = 1000;
/** For how long messages to people are counted; a cap is of one day. */
const messageDays = 30;
const messagesAtOnce = 1000;
/** For how long whoever posts to an address that is gone is told so (410); senders of REST hooks stop at the first. After that it is unknown (404). */
const goneHookDays = 90;
const goneHooksAtOnce = 1000;
/** For how long a change of tags can be undone. What was archived can come back at any time. */
const tagJobDays = 90;
const tagJobsAtOnce = 20;
/** What a workspace keeps of its log of calls, however young: some 2 GB. */
const mostCalls = 5_000_000;
const firstAfterMs = 60_000;

export interface RetentionParts {
  engine: Pick<Engine, "prune">;
  changes: Pick<ChangeStore, "prune">;
  calls: Pick<CallStore, "prune" | "beyond">;
  webhooks: Pick<WebhookStore, "prune">;
  messages: Pick<MessageRows, "prune">;
  hookSubscriptions: Pick<HookSubscriptionStore, "forgetGone">;
  tags: Pick<TagStore, "pruneJobs">;
  marks: StoreMarks;
  /** Looks at the clock: with one that is not believed, nothing is deleted. */
  observe: () => Promise<ClockState>;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  days: number;
  /** How long changes that people can read are kept; 0: for ever. */
  auditDays: number;
  /** How long the log of calls is kept. */
  callDays: number;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

/**
 * Deletes finished runs that are older than `days`, changes that people can read that are older than `auditDays`, lines of the log of calls that are older than `callDays`, deliveries to webhook endpoints and counted messages that are older than 30 days, and addresses of flows that have been gone and changes of tags that have been over for 90 days, every hour. The engine
 * does it in pieces, so that no commit waits long. Each hour at most one day's worth of history goes: a clock or a setting that was wrong for an hour costs a day, and not everything.
 */
export function startRetention(parts: RetentionParts): void {
  const { clock, log, signal } = parts;
  const keepGoing = async () => {
    for (let pause = firstAfterMs; ; pause = hourMs) {
      await sleep(clock, pause, signal);
      if (signal.aborted) return;
      await deleteOld(parts).catch((err: unknown) => log.error({ err }, "Old runs could not be deleted; it is tried again in an hour"));
    }
  };
  void keepGoing();
}

/** One pass. */
export async function deleteOld({
  engine,
  changes,
  calls,
  webhooks,
  messages,
  hookSubscriptions,
  tags,
  marks,
  observe,
  workspaces,
  days,
  auditDays,
  callDays,
  clock,
  log,
}: Omit<RetentionParts, "signal">): Promise<void> {
  const state = await observe();
  const keepMs = days * dayMs;
  const now = clock.now();
  const last = (await marks.read<number>("deletedUpTo")) ?? now - keepMs;
  const bound = pruneBound({ now, keepMs, last, state });
  if (bound === null) return; // the one who observes says so
  let deleted = 0;
  const older = (kept: number) => bound + keepMs - kept * dayMs; // as careful as the bound
  for (const workspaceId of await workspaces()) {
    deleted += await engine.prune(workspaceId, now - bound);
    await pruneCalls(calls, workspaceId, older(callDays));
  }
  const audit = auditDays === 0 ? 0 : older(auditDays);
  await pruneChanges(changes, { audit, internal: Math.max(bound, now - internalMs) });
  while ((await webhooks.prune(older(deliveryDays), deliveriesAtOnce)) > 0);
  while ((await tags.pruneJobs(older(tagJobDays), tagJobsAtOnce)) > 0);
  while ((await messages.prune(older(messageDays), messagesAtOnce)) > 0);
  const gone = { now, before: older(goneHookDays), limit: goneHooksAtOnce };
  while ((await hookSubscriptions.forgetGone(gone)) > 0);
  await marks.write({ deletedUpTo: bound });
  if (deleted > 0) log.info({ runs: deleted, days }, "Old runs were deleted");
}

/** By age, and the oldest of a log that is too long. */
async function pruneCalls(calls: Pick<CallStore, "prune" | "beyond">, workspaceId: string, before: number): Promise<void> {
  while ((await calls.prune(workspaceId, { at: before, seq: 0 }, callsAtOnce)) > 0);
  const tooMany = await calls.beyond(workspaceId, mostCalls);
  while (tooMany !== null && (await calls.prune(workspaceId, tooMany, callsAtOnce)) > 0);
}

async function pruneChanges(changes: Pick<ChangeStore, "prune">, before: { audit: number; internal: number }): Promise<void> {
  while ((await changes.prune(before, changesAtOnce)) > 0);
}
