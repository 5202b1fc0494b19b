import type { Catalog } from "#catalog/registry.ts";
import type { HookSubscriptionView } from "#api/schemas.ts";
import type { FlowService } from "#engine/api.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { Caller } from "#outbound/caller.ts";
import type { HookSubscription, HookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import type { Sealer } from "#vault/seal.ts";
import type { Connection, ConnectionRef } from "#vault/types.ts";
import { isLoopbackHost } from "#kernel/loopback.ts";
import { callsFor, type SubscriptionCalls } from "./app-calls.ts";
import { SubscriptionAdvancer } from "./advance.ts";
import { canSubscribe, wantedSubscriptions, type WantedSubscription } from "./wanted.ts";

export interface HookSubscriptionsParts {
  store: HookSubscriptionStore;
  flows: Pick<FlowService, "list" | "triggers" | "published">;
  catalog: Catalog;
  connection(workspaceId: string, idOrName: string): Promise<Connection | null>;
  caller: Pick<Caller, "call" | "pages" | "destination">;
  sealer: Sealer;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  publicUrl(): string;
  /** Whether others can reach that address. */
  isReachable(): boolean;
  clock: Clock;
  log: Log;
}

/** Longer than any call takes. A process that claimed a subscription and crashed holds it no longer than that. */
const claimMs = 120_000;
const batchSize = 50;
/** How long it may take until a subscription that another process wrote is seen here. */
const longestPauseMs = 60_000;
/** How long the removal of a connection waits for its addresses to be removed from apps. */
const unsubscribeTimeoutMs = 10_000;
const rememberedMs = 5_000;

/**
 * Registers the addresses of flows with their apps (REST hooks). Each row holds the desired and the last known state; they are reconciled after every
 * change of a flow, a connection or an app, when a retry is due, and after a crash.
 */
export class HookSubscriptions {
  readonly #parts: HookSubscriptionsParts;
  readonly #advancer: SubscriptionAdvancer;
  /** Connections that are being removed: nothing new is registered with them. */
  readonly #removing = new Set<string>();
  readonly #secrets = new Map<string, { secret: string; until: number }>();
  #running: Promise<void> = Promise.resolve();
  #isAsked = false;
  #cancelTimer = () => {};
  #state: "idle" | "started" | "closed" = "idle";

  constructor(parts: HookSubscriptionsParts) {
    this.#parts = parts;
    this.#advancer = new SubscriptionAdvancer({
      ...parts,
      unreachable: (subscription, calls) => this.#unreachable(subscription, calls),
    });
  }

  start(): void {
    if (this.#state === "idle") this.#state = "started";
    void this.reconcile();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelTimer();
    await this.#running;
  }

  /** Reconciles the desired with the known state, and does what is due. Many calls at once cost one pass after the present one. */
  readonly reconcile = (): Promise<void> => {
    if (this.#state !== "started") return Promise.resolve();
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#running = this.#running.then(async () => {
        this.#isAsked = false;
        await this.#reconcileAll().catch((err: unknown) =>
          this.#parts.log.error({ err }, "Webhook subscriptions could not be looked at; it is tried again in a minute"),
        );
        this.#planNext();
      });
    }
    return this.#running;
  };

  /** A person asks for it: whatever has a problem, or may have been lost, is tried at once. */
  async retry(workspaceId: string, flowId: string): Promise<void> {
    const { store, clock } = this.#parts;
    for (const { id, state } of await store.list(workspaceId, flowId)) {
      const again = state === "unclear" ? { state: "wanted" as const, sentAt: null } : {};
      await store.update(workspaceId, id, { ...again, attempts: 0, nextAt: clock.now() });
    }
    await this.reconcile();
  }

  /** A connection or an app was changed: what failed with it may work now. */
  async changed(workspaceId: string, which: (subscription: HookSubscription) => boolean): Promise<void> {
    const { store, clock } = this.#parts;
    for (const one of await store.list(workspaceId))
      if (one.problem !== null && one.state !== "unclear" && which(one)) await store.update(workspaceId, one.id, { nextAt: clock.now() });
    await this.reconcile();
  }

  /** Removes from apps the addresses registered with this connection, as long as its login is there. Gives up after a while. */
  async unsubscribeConnection({ workspaceId, id }: ConnectionRef): Promise<() => void> {
    const { store, clock } = this.#parts;
    const back = () => {
      this.#removing.delete(id);
      void this.reconcile(); // if the connection stays after all, its addresses are registered again
    };
    const own = (await store.list(workspaceId)).filter(({ connectionId }) => connectionId === id);
    if (own.length === 0) return back;
    this.#removing.add(id);
    const isOver = new Promise<void>((resolve) => clock.after(unsubscribeTimeoutMs, resolve));
    await Promise.race([this.reconcile(), isOver]);
    return back;
  }

  /** The secret that an app signs the events of this trigger with; empty where none came. */
  async secretOf(workspaceId: string, { id: triggerId, flowId }: { id: string; flowId: string }): Promise<string> {
    const { store, sealer, clock } = this.#parts;
    const remembered = this.#secrets.get(triggerId);
    if (remembered && remembered.until > clock.now()) return remembered.secret;
    const own = (await store.list(workspaceId, flowId)).filter((one) => one.triggerId === triggerId && one.state !== "ending");
    const sealed = own.findLast(({ jwe }) => jwe !== null);
    const secret = sealed ? ((await sealer.open(sealed.id, sealed.jwe!))["secret"] ?? "") : "";
    if (this.#secrets.size >= 10_000) this.#secrets.clear();
    if (secret !== "") this.#secrets.set(triggerId, { secret, until: clock.now() + rememberedMs });
    return secret;
  }

  /** How the subscriptions of a workspace's flows stand, by flow. */
  async views(workspaceId: string): Promise<Map<string, HookSubscriptionView>> {
    const views = new Map<string, HookSubscriptionView>();
    for (const one of await this.#parts.store.list(workspaceId)) {
      const before = views.get(one.flowId);
      if (before === undefined || before.state === "ending") views.set(one.flowId, this.#view(one)); // the oldest that is not over
    }
    return views;
  }

  /** Seals with the newest key what an older one sealed. */
  async reseal(): Promise<void> {
    const { store, sealer, log } = this.#parts;
    for (const { id, jwe } of await store.allSealed()) {
      if (!sealer.isStale(jwe)) continue;
      await sealer
        .open(id, jwe)
        .then(async (secret) => store.reseal(id, jwe, await sealer.seal(id, secret)))
        .catch((err: unknown) => log.error({ err, subscription: id }, "Could not re-encrypt the secret of a webhook with the newest key"));
    }
  }

  async #reconcileAll(): Promise<void> {
    for (const workspaceId of await this.#workspacesToReconcile()) await this.#reconcileWorkspace(workspaceId);
    const { store, clock } = this.#parts;
    for (;;) {
      const due = await store.due(clock.now(), batchSize);
      for (const one of due) await this.#advance(one);
      if (due.length < batchSize || this.#state === "closed") return;
    }
  }

  async #workspacesToReconcile(): Promise<Set<string>> {
    const { store, catalog, workspaces } = this.#parts;
    const able = (await workspaces()).filter((workspaceId) => catalog.of(workspaceId).apps.some(canSubscribe));
    return new Set([...able, ...(await store.workspaces())]);
  }

  /** Writes the desired state into the rows, where it differs. */
  async #reconcileWorkspace(workspaceId: string): Promise<void> {
    const { store, clock } = this.#parts;
    const wanted = await this.#wanted(workspaceId);
    const known = await store.list(workspaceId);
    for (const one of known) {
      if (one.state === "ending" || wanted.get(one.flowId)?.fingerprint === one.fingerprint) continue;
      this.#secrets.delete(one.triggerId);
      if (one.sentAt === null) await store.remove(workspaceId, one.id);
      else {
        const ended = { state: "ending", fingerprint: `${one.id} is over`, nextAt: clock.now(), attempts: 0, problem: null } as const;
        await store.update(workspaceId, one.id, ended);
      }
    }
    const active = new Set(known.filter(({ state }) => state !== "ending").map(({ fingerprint }) => fingerprint));
    for (const one of wanted.values()) if (!active.has(one.fingerprint)) await store.add(subscriptionOf(one, clock.now()));
  }

  async #wanted(workspaceId: string): Promise<Map<string, WantedSubscription>> {
    const { flows, catalog, connection, publicUrl } = this.#parts;
    return wantedSubscriptions(workspaceId, {
      flows,
      app: (of, id) => catalog.of(of).app(id),
      connection: async (of, name) => {
        const found = await connection(of, name);
        return found && !this.#removing.has(found.id) ? found : null;
      },
      publicUrl,
    });
  }

  async #advance(one: HookSubscription): Promise<void> {
    const { store, catalog, caller, clock, connection, log } = this.#parts;
    const { workspaceId, id } = one;
    const now = clock.now();
    if (!(await store.claim(workspaceId, id, now, now + claimMs))) return;
    if (!(await connection(workspaceId, one.connectionId))) {
      log.warn({ flow: one.flowId, app: one.app }, "A flow's address cannot be removed from its app: the connection was removed");
      return store.remove(workspaceId, id);
    }
    await this.#advancer.advance(one, callsFor(one, catalog.of(workspaceId).app(one.app), caller));
    this.#secrets.delete(one.triggerId);
  }

  /** An address of this machine only is told to apps on this machine, such as those of the sandbox. */
  async #unreachable({ workspaceId, connectionId }: HookSubscription, { app, rule }: SubscriptionCalls): Promise<MillraceError | null> {
    const { publicUrl, isReachable, caller, connection } = this.#parts;
    if (isReachable()) return null;
    const request = { workspaceId, app: app.id, operation: rule.operation, connection: connectionId, input: {} };
    const { host } = caller.destination({ ...request, lane: "live", dry: true, idempotencyKey: "" });
    const base = (await connection(workspaceId, connectionId))?.baseUrl; // the caller may not have used the connection yet
    const own = base !== undefined && URL.canParse(base) ? new URL(base).host : host;
    return isLoopbackHost(own) ? null : new MillraceError("HOOK_ADDRESS_LOCAL", { details: { app: app.title, url: publicUrl() } });
  }

  #planNext(): void {
    this.#cancelTimer();
    if (this.#state !== "started") return;
    const { store, clock } = this.#parts;
    const plan = (at: number | null) => {
      if (this.#state !== "started") return;
      const pause = at === null ? longestPauseMs : Math.min(longestPauseMs, Math.max(1_000, at - clock.now()));
      this.#cancelTimer();
      this.#cancelTimer = clock.after(pause, () => void this.#whenDue());
    };
    store.nextDue().then(plan, () => plan(null));
  }

  /** Asks the store alone: the desired state changes with a flow, a connection or an app, and each such change reconciles. */
  async #whenDue(): Promise<void> {
    const { store, clock } = this.#parts;
    const at = await store.nextDue().catch(() => null);
    if (at !== null && at <= clock.now()) await this.reconcile();
    else this.#planNext();
  }

  #view({ workspaceId, app: id, state, subscribedAt, checkedAt, nextAt, problem }: HookSubscription): HookSubscriptionView {
    const app = this.#parts.catalog.of(workspaceId).app(id)?.title ?? id;
    const failed = state === "ending" ? `could not be removed from ${app}` : `could not be registered with ${app}`;
    const says = state === "subscribed" ? `This flow's address is registered with ${app}.` : `This flow's address ${failed}:`;
    return {
      app,
      state,
      since: state === "subscribed" ? subscribedAt : null,
      checkedAt,
      nextAt,
      problem: problem === null ? null : `${says} ${problem.message}`,
    };
  }
}

const subscriptionOf = (wanted: WantedSubscription, now: number): HookSubscription => ({
  ...wanted,
  id: newId("hook", now),
  state: "wanted",
  remoteId: null,
  jwe: null,
  sentAt: null,
  attempts: 0,
  nextAt: now,
  claimedUntil: null,
  problem: null,
  subscribedAt: null,
  checkedAt: null,
  createdAt: now,
});
