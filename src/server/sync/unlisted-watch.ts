import type { Engine } from "#engine/api.ts";
import { readingEvery } from "#engine/triggers/whole.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import type { Log } from "#kernel/log.ts";
import { lagMs } from "#sync/echo.ts";
import { sides } from "#sync/sides.ts";
import type { SyncStore } from "#sync/store.ts";
import type { Side, Sync } from "#sync/types.ts";
import type { ReadySync } from "#sync/worker.ts";
import { wholeEvery } from "./sync-flows.ts";

const everyMs = minuteMs;
const atOnce = 200;

export interface UnlistedParts {
  store: Pick<SyncStore, "all" | "linkOf" | "unlisted">;
  ready(workspaceId: string, id: string): Promise<Pick<ReadySync, "sync" | "compiled"> | null>;
  engine: { accept: Engine["accept"]; flows: Pick<Engine["flows"], "get" | "trigger"> };
  clock: Clock;
  log: Pick<Log, "error">;
}

/**
 * Finds records that were gone before their list ever showed them: made by us, and deleted at once. A list's trigger misses only what it saw, so these
 * are looked for after each reading to the end, in what the sync knows.
 */
export class UnlistedWatch {
  readonly #parts: UnlistedParts;
  /** The reading after which a flow was looked at last. */
  readonly #done = new Map<string, number>();

  constructor(parts: UnlistedParts) {
    this.#parts = parts;
  }

  /** Looks once a minute, until the signal aborts. */
  async watch(signal: AbortSignal): Promise<void> {
    const { clock, log } = this.#parts;
    while (!signal.aborted) {
      await this.look().catch((err: unknown) => log.error({ err }, "Records that no list ever showed could not be looked up"));
      await sleep(clock, everyMs, signal);
    }
  }

  /** Of a sync that asks, what is missing is counted already. */
  async look(): Promise<void> {
    for (const sync of await this.#parts.store.all())
      if (sync.status === "on" && sync.flows) for (const side of sides) await this.#side(sync, side, sync.flows[side]);
  }

  async #side(sync: Sync, side: Side, flowId: string): Promise<void> {
    const { engine } = this.#parts;
    const flow = await engine.flows.get(sync.workspaceId, flowId).catch(() => null);
    const trigger = flow && (await engine.flows.trigger(flow));
    const wholeAt = trigger && readingEvery(trigger, wholeEvery)?.wholeAt;
    if (!trigger || !wholeAt || this.#done.get(flowId) === wholeAt || !(await this.#showsAll(sync, side))) return;
    for (let after: string | null = null; ;) {
      const ids = await this.#parts.store.unlisted(sync.id, side, trigger.id, { seenBefore: wholeAt - lagMs, after, limit: atOnce });
      for (const id of ids) await this.#missing(sync, side, trigger, { id, wholeAt });
      if (ids.length < atOnce) break;
      after = ids.at(-1)!;
    }
    this.#done.set(flowId, wholeAt);
  }

  /** A list of a part of the records proves nothing, unless the record can be read alone before anything follows. */
  async #showsAll({ workspaceId, id }: Sync, side: Side): Promise<boolean> {
    const ready = await this.#parts.ready(workspaceId, id).catch(() => null);
    if (!ready) return false;
    const { one, list } = ready.compiled.types[side];
    return one !== undefined || (list.input === undefined && ready.sync.definition[side].input === undefined);
  }

  async #missing({ id: syncId }: Sync, side: Side, trigger: Trigger, { id, wholeAt }: { id: string; wholeAt: number }): Promise<void> {
    const link = await this.#parts.store.linkOf(syncId, side, id);
    if (link?.[side] !== id) return;
    const payload = { id, _change: { kind: "deleted", id } };
    await this.#parts.engine.accept(trigger, payload, { key: `deleted:unlisted.${wholeAt}:${id}`, record: id, lane: "sync" });
  }
}
