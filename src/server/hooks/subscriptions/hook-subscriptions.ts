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
import { isLoopbackHost } from "../../http/access.ts";
import { callsFor, type SubscriptionCalls } from "./app-calls.ts";
import { SubscriptionStep } from "./step.ts";
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

/** Longer than any call takes. Whoever claimed a subscription and crashed holds it no longer than that. */
const claimMs = 120_000;
const atOnce = 50;
/** How long it may take until a subscription that another process wrote is seen here. */
const longestPauseMs = 60_000;
/** How long the removal of a connection waits for apps to be told. */
const farewellMs = 10_000;
const rememberedMs = 5_000;

/**
 * The addresses of flows that apps are told (REST hooks). A row says what is to be so and what is known; this brings the two together: after each
 * change of a flow, a connection or an app, when something is due, and after a crash.
 */
export class HookSubscriptions {
  readonly #parts: HookSubscriptionsParts;
  readonly #step: SubscriptionStep;
  /** Connections that are being removed: nothing new is told with them. */
  readonly #leaving = new Set<string>();
  readonly #secrets = new Map<string, { secret: string; until: number }>();
  #running: Promise<void> = Promise.resolve();
  #isAsked = false;
  #cancelTimer = () => {};
  #state: "idle" | "started" | "closed" = "idle";

  constructor(parts: HookSubscriptionsParts) {
    this.#parts = parts;
    this.#step = new SubscriptionStep({ ...parts, unreachable: (subscription, calls) => this.#unreachable(subscription, calls) });
  }

  start(): void {
    if (this.#state === "idle") this.#state = "started";
    void this.review();
  }

  async close(): Promise<void> {
    this.#state = "closed";
    this.#cancelTimer();
    await this.#running;
  }

  /** Compares what is to be so with what is known, and does what is due. Many who ask at once cost one pass after the present one. */
  readonly review = (): Promise<void> => {
    if (this.#state !== "started") return Promise.resolve();
    if (!this.#isAsked) {
      this.#isAsked = true;
      this.#running = this.#running.then(async () => {
        this.#isAsked = false;
        await this.#pass().catch((err: unknown) =>
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
    await this.review();
  }

  /** A connection or an app was changed: what failed with it may work now. */
  async changed(workspaceId: string, which: (subscription: HookSubscription) => boolean): Promise<void> {
    const { store, clock } = this.#parts;
    for (const one of await store.list(workspaceId))
      if (one.problem !== null && one.state !== "unclear" && which(one)) await store.update(workspaceId, one.id, { nextAt: clock.now() });
    await this.review();
  }

  /** Tells apps that the addresses they know by this connection are no longer used, as long as its login is there. Gives up after a while. */
  async leave({ workspaceId, id }: ConnectionRef): Promise<() => void> {
    const { store, clock } = this.#parts;
    const back = () => {
      this.#leaving.delete(id);
      void this.review(); // of a connection that stays after all, the addresses are told again
    };
    const own = (await store.list(workspaceId)).filter(({ connectionId }) => connectionId === id);
    if (own.length === 0) return back;
    this.#leaving.add(id);
    const isOver = new Promise<void>((resolve) => clock.after(farewellMs, resolve));
    await Promise.race([this.review(), isOver]);
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

  async #pass(): Promise<void> {
    for (const workspaceId of await this.#concerned()) await this.#compare(workspaceId);
    const { store, clock } = this.#parts;
    for (;;) {
      const due = await store.due(clock.now(), atOnce);
      for (const one of due) await this.#take(one);
      if (due.length < atOnce || this.#state === "closed") return;
    }
  }

  async #concerned(): Promise<Set<string>> {
    const { store, catalog, workspaces } = this.#parts;
    const able = (await workspaces()).filter((workspaceId) => catalog.of(workspaceId).apps.some(canSubscribe));
    return new Set([...able, ...(await store.workspaces())]);
  }

  /** Writes down what is to be so, where that differs from what is known. */
  async #compare(workspaceId: string): Promise<void> {
    const { store, clock } = this.#parts;
    const wanted = await this.#wanted(workspaceId);
    const known = await store.list(workspaceId);
    for (const one of known) {
      if (one.state === "ending" || wanted.get(one.flowId)?.fingerprint === one.fingerprint) continue;
      this.#secrets.delete(one.triggerId);
      if (one.sentAt === null) await store.remove(workspaceId, one.id);
      else {
        const over = { state: "ending", fingerprint: `${one.id} is over`, nextAt: clock.now(), attempts: 0, problem: null } as const;
        await store.update(workspaceId, one.id, over);
      }
    }
    const standing = new Set(known.filter(({ state }) => state !== "ending").map(({ fingerprint }) => fingerprint));
    for (const one of wanted.values()) if (!standing.has(one.fingerprint)) await store.add(subscriptionOf(one, clock.now()));
  }

  async #wanted(workspaceId: string): Promise<Map<string, WantedSubscription>> {
    const { flows, catalog, connection, publicUrl } = this.#parts;
    return wantedSubscriptions(workspaceId, {
      flows,
      app: (of, id) => catalog.of(of).app(id),
      connection: async (of, name) => {
        const found = await connection(of, name);
        return found && !this.#leaving.has(found.id) ? found : null;
      },
      publicUrl,
    });
  }

  async #take(one: HookSubscription): Promise<void> {
    const { store, catalog, caller, clock, connection, log } = this.#parts;
    const { workspaceId, id } = one;
    const now = clock.now();
    if (!(await store.claim(workspaceId, id, now, now + claimMs))) return;
    if (!(await connection(workspaceId, one.connectionId))) {
      log.warn({ flow: one.flowId, app: one.app }, "A flow's address cannot be taken back from its app: the connection was removed");
      return store.remove(workspaceId, id);
    }
    await this.#step.take(one, callsFor(one, catalog.of(workspaceId).app(one.app), caller));
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

  /** Asks the store alone: what is to be so changes with a flow, a connection or an app, and whoever changes one says so. */
  async #whenDue(): Promise<void> {
    const { store, clock } = this.#parts;
    const at = await store.nextDue().catch(() => null);
    if (at !== null && at <= clock.now()) await this.review();
    else this.#planNext();
  }

  #view({ workspaceId, app: id, state, subscribedAt, checkedAt, nextAt, problem }: HookSubscription): HookSubscriptionView {
    const app = this.#parts.catalog.of(workspaceId).app(id)?.title ?? id;
    const what = state === "ending" ? "that this flow's address is no longer used" : "this flow's address";
    const says = state === "subscribed" ? `${app} was told this flow's address.` : `${app} could not be told ${what}:`;
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
