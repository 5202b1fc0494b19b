import type { Clock } from "#kernel/clock.ts";
import { hourMs } from "#kernel/durations.ts";
import { errorCodes, MillraceError, toMillraceError, type StoredError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { HookSubscription, HookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import type { Sealer } from "#vault/seal.ts";
import { answerLacks, type SubscriptionCalls } from "./app-calls.ts";

interface Parts {
  store: HookSubscriptionStore;
  sealer: Pick<Sealer, "seal" | "open">;
  /** Whether the app can reach the address at all; the error to show where it cannot. */
  unreachable(subscription: HookSubscription, calls: SubscriptionCalls): Promise<MillraceError | null>;
  clock: Clock;
  log: Log;
}

/** How often an app is asked whether it still has the address, where it has a list of them. */
export const checkEveryMs = hourMs;
const firstRetryMs = 10_000;
const longestRetryMs = hourMs;
/** Errors that need a fix by a person are retried too, rarely: the fix may be on the app's side. */
const refusedRetryMs = 6 * hourMs;
/** After that, an app that cannot be told of an end is left alone. Its events are answered 410. */
const maxUnsubscribeAttempts = 24;

/** Does what a subscription needs next: subscribes, checks that the app still has it, or unsubscribes. */
export class SubscriptionAdvancer {
  readonly #parts: Parts;

  constructor(parts: Parts) {
    this.#parts = parts;
  }

  /** Never throws for what the other side does: that is written down. */
  async advance(subscription: HookSubscription, calls: SubscriptionCalls | null): Promise<void> {
    const { store, log } = this.#parts;
    if (calls === null) {
      log.warn(
        { flow: subscription.flowId, app: subscription.app },
        "The app has no rule for webhook subscriptions any more; it keeps the address",
      );
      return store.remove(subscription.workspaceId, subscription.id);
    }
    try {
      if (subscription.state === "ending") await this.#end(subscription, calls);
      else if (subscription.state === "subscribed") await this.#check(subscription, calls);
      else if (subscription.state === "wanted") await this.#subscribe(subscription, calls);
    } catch (thrown) {
      await this.#failed(subscription, toMillraceError(thrown), calls);
    }
  }

  async #subscribe(subscription: HookSubscription, calls: SubscriptionCalls): Promise<void> {
    const { store, sealer, clock } = this.#parts;
    const { workspaceId, id } = subscription;
    const unreachable = await this.#parts.unreachable(subscription, calls);
    if (unreachable) return store.update(workspaceId, id, { ...released, problem: storedError(unreachable), nextAt: null });
    if (subscription.sentAt !== null && (await this.#isThere(subscription, calls))) return;
    const secret = await this.#secretToGive(subscription, calls);
    const jwe = secret === undefined ? null : await sealer.seal(id, { secret });
    await store.update(workspaceId, id, { sentAt: clock.now(), jwe });
    const answer = await calls.subscribe(secret).catch(async (thrown: unknown) => {
      if (!mayHaveArrived(toMillraceError(thrown))) await store.update(workspaceId, id, { sentAt: null });
      throw thrown;
    });
    await this.#subscribed(subscription, calls, answer);
  }

  /** An earlier answer got lost: looks whether the app has the address. Throws where that cannot be known. */
  async #isThere(subscription: HookSubscription, calls: SubscriptionCalls): Promise<boolean> {
    const remoteId = await calls.findRemoteId(null);
    if (remoteId === null) return false;
    if (remoteId === undefined) {
      if (calls.isRepeatable) return false;
      throw new MillraceError("HOOK_SUBSCRIBE_UNCLEAR", { details: { app: calls.app.title } });
    }
    if (calls.secretPlace !== null && "answer" in calls.secretPlace) {
      await calls.unsubscribe(remoteId); // its secret was in the answer that got lost
      return false;
    }
    const secret = subscription.jwe === null ? undefined : (await this.#parts.sealer.open(subscription.id, subscription.jwe))["secret"];
    await this.#subscribed(subscription, calls, { remoteId, secret });
    return true;
  }

  async #secretToGive({ id, jwe }: HookSubscription, { secretPlace }: SubscriptionCalls): Promise<string | undefined> {
    if (secretPlace === null || !("input" in secretPlace)) return undefined;
    if (jwe === null) return newToken(32);
    return (await this.#parts.sealer.open(id, jwe))["secret"];
  }

  async #subscribed(
    { workspaceId, id }: HookSubscription,
    { app, rule, secretPlace }: SubscriptionCalls,
    { remoteId, secret }: { remoteId: string | null; secret: string | undefined },
  ): Promise<void> {
    const { store, sealer, clock } = this.#parts;
    const now = clock.now();
    const jwe = secret === undefined ? null : await sealer.seal(id, { secret });
    const lacks =
      secretPlace !== null && "answer" in secretPlace && secret === undefined
        ? answerLacks(app.title, "secret", secretPlace.answer)
        : remoteId === null && rule.unsubscribe
          ? answerLacks(app.title, "id", rule.id)
          : null;
    const known = { remoteId, jwe, subscribedAt: now, sentAt: now };
    const settled = { ...released, problem: lacks && storedError(lacks), checkedAt: now, nextAt: rule.list ? now + checkEveryMs : null };
    const isWanted = await store.updateIn("wanted", workspaceId, id, { ...known, ...settled, state: "subscribed" });
    if (!isWanted) await store.update(workspaceId, id, { ...known, claimedUntil: null }); // ended meanwhile: by this id it can be
  }

  /** An app may lose it: it was restored from a backup, or a person removed it there. */
  async #check(subscription: HookSubscription, calls: SubscriptionCalls): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { workspaceId, id, remoteId, flowId, app, jwe } = subscription;
    const now = clock.now();
    const there = await calls.findRemoteId(remoteId);
    if (there === undefined) return store.update(workspaceId, id, { ...released, nextAt: null });
    if (there !== null) {
      const healed = { ...released, problem: null, remoteId: there, checkedAt: now, nextAt: now + checkEveryMs };
      return void (await store.updateIn("subscribed", workspaceId, id, healed));
    }
    log.warn({ flow: flowId, app }, "The app lost the address of a flow; it is registered again");
    const keepsSecret = calls.secretPlace !== null && "input" in calls.secretPlace;
    const again = { ...released, remoteId: null, sentAt: null, jwe: keepsSecret ? jwe : null, nextAt: now, checkedAt: now };
    await store.updateIn("subscribed", workspaceId, id, { ...again, state: "wanted" });
  }

  async #end(subscription: HookSubscription, calls: SubscriptionCalls): Promise<void> {
    const { store } = this.#parts;
    const { workspaceId, id, sentAt } = subscription;
    const remoteId = subscription.remoteId ?? (sentAt === null ? null : ((await calls.findRemoteId(null)) ?? null));
    if (remoteId !== null) await calls.unsubscribe(remoteId);
    await store.remove(workspaceId, id);
  }

  async #failed(
    subscription: HookSubscription,
    error: MillraceError,
    { isRepeatable, rule, app: { title } }: SubscriptionCalls,
  ): Promise<void> {
    const { store, clock, log } = this.#parts;
    const { workspaceId, id, state, flowId, app } = subscription;
    const attempts = subscription.attempts + 1;
    log.warn(
      { code: error.code, problem: error.message, flow: flowId, app, attempts },
      "The address of a flow could not be registered with, or removed from, its app",
    );
    if (state === "ending" && attempts >= maxUnsubscribeAttempts) return store.remove(workspaceId, id);
    const patch = { attempts, claimedUntil: null, problem: storedError(error), nextAt: clock.now() + waitMs(error, attempts) };
    const isUnclear = error.code === unclear || (mayHaveArrived(error) && !isRepeatable && !rule.list);
    if (state !== "wanted" || !isUnclear) return store.update(workspaceId, id, patch);
    const problem = storedError(new MillraceError(unclear, { details: { app: title } }));
    await store.updateIn(state, workspaceId, id, { ...patch, problem, state: "unclear", nextAt: null });
  }
}

const unclear = "HOOK_SUBSCRIBE_UNCLEAR";

/** Whether the call may have taken effect although no good answer came. */
const mayHaveArrived = ({ code, details }: MillraceError): boolean =>
  details["outcome"] === "unknown" || (details["outcome"] === undefined && code === "INTERNAL");

/** As it is kept in the row: the request in its details may hold a secret. */
const storedError = ({ code, message }: MillraceError): StoredError => ({ code, message, details: {} });

/** No failures, and not claimed. */
const released = { attempts: 0, claimedUntil: null } as const;

function waitMs({ code }: MillraceError, attempts: number): number {
  if (!errorCodes[code].retry) return refusedRetryMs;
  return Math.min(longestRetryMs, firstRetryMs * 2 ** Math.min(attempts - 1, 20));
}
