import type { Engine, ReplayRequest, ReplayResult } from "#engine/api.ts";
import { placesOf } from "#engine/lint/places.ts";
import type { FlowDefinition } from "#engine/types/flows.ts";
import type { Run } from "#engine/types/runs.ts";
import type { Clock } from "#kernel/clock.ts";
import { errorCodes, MillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import type { Log } from "#kernel/log.ts";
import type { WaitingReplay, WaitingReplayStore } from "#storage/waiting-replay-store.ts";
import type { Connection, ConnectionRef } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";

/** A connection that is in the way of runs, and of how many: they would wait for it, or fail again. */
export interface Blocked {
  connection: Connection;
  runs: number;
}

/** Runs that wait to be replayed, and the connection they wait for; null where it was removed. */
export type Waiting = WaitingReplay & { connection: Connection | null };

/** Replays, at once or when the connection they need works again. */
export interface LaterReplays {
  /** Which connections are in the way of the runs. Changes nothing. */
  check(workspaceId: string, request: ReplayRequest): Promise<{ runs: number; blocked: Blocked[] }>;
  /** Replays what no broken connection is in the way of; the rest waits, and is replayed once its connection works. */
  replayWhenConnected(workspaceId: string, request: ReplayRequest): Promise<ReplayResult & { waiting: Blocked[] }>;
  waiting(workspaceId: string): Promise<Waiting[]>;
  /** The runs stay in Needs attention. */
  cancel(workspaceId: string, id: string): Promise<void>;
  /** Replays what waits for a connection, if it works. Each run once: one that no longer needs attention is left alone. */
  resume(connection: ConnectionRef): Promise<void>;
  /** The same for every connection of every workspace: what a stop left waiting. */
  resumeAll(): Promise<void>;
}

export interface LaterReplayParts {
  engine: Pick<Engine, "replay" | "run" | "runs"> & { flows: Pick<Engine["flows"], "get" | "version"> };
  vault: Pick<Vault, "list" | "find">;
  store: WaitingReplayStore;
  /** The ids of all workspaces. */
  workspaces(): Promise<readonly string[]>;
  clock: Clock;
  log: Log;
}

const mostRuns = 10_000;
/** So many are replayed between two writes of what still waits. */
const chunk = 50;

export function createLaterReplays(parts: LaterReplayParts): LaterReplays {
  return new Replays(parts);
}

type How = Pick<ReplayRequest, "from" | "version">;

class Replays implements LaterReplays {
  readonly #parts: LaterReplayParts;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(parts: LaterReplayParts) {
    this.#parts = parts;
  }

  async check(workspaceId: string, request: ReplayRequest): Promise<{ runs: number; blocked: Blocked[] }> {
    const { runs, blockers } = await this.#sorted(workspaceId, request);
    return { runs: runs.length, blocked: counted(blockers) };
  }

  async replayWhenConnected(workspaceId: string, request: ReplayRequest): Promise<ReplayResult & { waiting: Blocked[] }> {
    const { from, version, starter } = request;
    const { runs, unknown, blockers } = await this.#sorted(workspaceId, request);
    const free = runs.filter(({ id }) => !blockers.has(id)).map(({ id }) => id);
    const result = await this.#parts.engine.replay(workspaceId, { ids: [...unknown, ...free], from, version, starter });
    const settled = runs.filter(({ id, attention }) => blockers.has(id) && !attention);
    const waiting = new Map([...blockers].filter(([id]) => !settled.some((run) => run.id === id)));
    await this.#wait(workspaceId, waiting, { from, version });
    for (const { connection } of counted(waiting)) if (await this.#proven(connection)) void this.resume(connection); // mended meanwhile
    return {
      replayed: result.replayed,
      refused: [...result.refused, ...settled.map(({ id }) => ({ run: id, error: settledError(id).toJSON() }))],
      waiting: counted(waiting),
    };
  }

  async waiting(workspaceId: string): Promise<Waiting[]> {
    const { store, vault } = this.#parts;
    const connections = new Map((await vault.list(workspaceId)).map((each) => [each.id, each]));
    return (await store.list(workspaceId)).map((batch) => ({ ...batch, connection: connections.get(batch.connectionId) ?? null }));
  }

  async cancel(workspaceId: string, id: string): Promise<void> {
    const { store } = this.#parts;
    if (!(await store.list(workspaceId)).some((batch) => batch.id === id))
      throw new MillraceError("NOT_FOUND", { details: { what: "replay that waits", id } });
    await store.keep(workspaceId, id, []);
  }

  resume({ workspaceId, id: connectionId }: ConnectionRef): Promise<void> {
    const resuming = this.#turn.then(() => this.#resume({ workspaceId, id: connectionId }));
    this.#turn = resuming.catch((err: unknown) =>
      this.#parts.log.error({ err, connectionId }, "Replays that wait for a connection could not be begun; they wait on"),
    );
    return this.#turn.then(() => undefined);
  }

  async resumeAll(): Promise<void> {
    for (const workspaceId of await this.#parts.workspaces()) {
      const batches = await this.#parts.store.list(workspaceId);
      for (const id of new Set(batches.map((batch) => batch.connectionId))) await this.resume({ workspaceId, id });
    }
  }

  async #resume(ref: ConnectionRef): Promise<void> {
    const { store, log } = this.#parts;
    const batches = (await store.list(ref.workspaceId)).filter((batch) => batch.connectionId === ref.id);
    const connection = batches.length > 0 ? await this.#proven(ref) : null;
    if (!connection) return;
    for (const { id, runIds } of batches) {
      log.info(
        { connection: connection.name, runs: runIds.length },
        "The connection works again; the runs that waited for it are replayed",
      );
      await this.#resumeBatch(id, ref);
    }
  }

  /** Part by part, and each as things are by then: the rest may have been called off, or the connection may have broken again. */
  async #resumeBatch(id: string, connection: ConnectionRef): Promise<void> {
    const { store } = this.#parts;
    const { workspaceId } = connection;
    for (;;) {
      const batch = (await store.list(workspaceId)).find((one) => one.id === id);
      if (!batch || !(await this.#proven(connection))) return;
      const kept = await this.#replay(batch.runIds.slice(0, chunk), batch);
      await store.keep(workspaceId, id, [...kept, ...batch.runIds.slice(chunk)]);
      if (kept.length > 0) return;
    }
  }

  async #proven({ workspaceId, id }: ConnectionRef): Promise<Connection | null> {
    const connection = await this.#parts.vault.find(workspaceId, id);
    return connection && isProven(connection) ? connection : null;
  }

  /**
   * Only what still rests in Needs attention: the rest was replayed or dismissed meanwhile, or before a crash. Returns those that the same
   * connection is in the way of again; what another one is in the way of waits for that.
   */
  async #replay(ids: readonly string[], { workspaceId, connectionId, ...how }: WaitingReplay): Promise<string[]> {
    const { engine, log } = this.#parts;
    const { runs, blockers } = await this.#sorted(workspaceId, { ids: [...ids], from: how.from, version: how.version });
    const due = runs.filter(({ id, attention }) => attention && !blockers.has(id)).map(({ id }) => id);
    const { refused } = await engine.replay(workspaceId, { ids: due, from: how.from, version: how.version });
    for (const { run, error } of refused)
      log.warn({ run, problem: error.message }, "A run that waited for its connection could not be replayed");
    const still = runs.filter(({ id, attention }) => attention && blockers.has(id)).map(({ id }) => [id, blockers.get(id)!] as const);
    await this.#wait(workspaceId, new Map(still.filter(([, by]) => by.id !== connectionId)), how);
    return still.filter(([, by]) => by.id === connectionId).map(([id]) => id);
  }

  /** A run waits once for a connection, however often it is asked for. */
  async #wait(workspaceId: string, blockers: ReadonlyMap<string, Connection>, { from, version }: How): Promise<void> {
    const { store, clock } = this.#parts;
    const waiting = await store.list(workspaceId);
    for (const { connection } of counted(blockers)) {
      const asked = new Set(waiting.filter(({ connectionId }) => connectionId === connection.id).flatMap(({ runIds }) => runIds));
      const runIds = [...blockers].filter(([id, by]) => by.id === connection.id && !asked.has(id)).map(([id]) => id);
      const now = clock.now();
      if (runIds.length > 0)
        await store.insert({ id: newId("later", now), workspaceId, connectionId: connection.id, runIds, from, version, createdAt: now });
    }
  }

  /** The runs of a request, those that are not there, and what is in the way of which. */
  async #sorted(
    workspaceId: string,
    request: ReplayRequest,
  ): Promise<{ runs: Run[]; unknown: string[]; blockers: Map<string, Connection> }> {
    const { engine, vault } = this.#parts;
    const bad = (await vault.list(workspaceId)).filter(isInTheWay);
    const runs: Run[] = [];
    const unknown: string[] = [];
    if (request.ids === undefined) runs.push(...(await engine.runs(workspaceId, request.filter ?? {}, { limit: mostRuns })).reverse());
    else
      for (const id of new Set(request.ids)) {
        const context = await engine.run(workspaceId, id).catch(() => null);
        if (context) runs.push(context.run);
        else unknown.push(id);
      }
    const blockers = new Map<string, Connection>();
    const blockerOf = this.#finder(bad, request.version);
    for (const run of bad.length === 0 ? [] : runs) {
      const blocker = await blockerOf(run);
      if (blocker) blockers.set(run.id, blocker);
    }
    return { runs, unknown, blockers };
  }

  /** The first broken connection that the steps of a run's version call. */
  #finder(bad: readonly Connection[], version: ReplayRequest["version"]) {
    const { engine } = this.#parts;
    const lookUps = new Map<string, Promise<Connection | null>>();
    const look = async ({ workspaceId, flowId, version: own }: Run): Promise<Connection | null> => {
      const number = version === "same" ? own : (await engine.flows.get(workspaceId, flowId)).version;
      if (number === null) return null;
      return firstOf(await engine.flows.version(workspaceId, flowId, number), bad);
    };
    return (run: Run): Promise<Connection | null> => {
      const key = `${run.flowId}@${version === "same" ? run.version : "published"}`;
      const lookUp = lookUps.get(key) ?? look(run).catch(() => null); // a flow that is gone is the replay's to tell
      lookUps.set(key, lookUp);
      return lookUp;
    };
  }
}

function firstOf(definition: FlowDefinition, bad: readonly Connection[]): Connection | null {
  for (const { step, connection } of placesOf(definition)) {
    if (step === null || connection === undefined) continue;
    const blocker = bad.find(({ name, formerNames = [] }) => name === connection || formerNames.includes(connection));
    if (blocker) return blocker;
  }
  return null;
}

/** A host that was down at the last test is no reason to wait: the engine tries those again by itself. */
const isInTheWay = ({ status, problem }: Connection): boolean =>
  status === "broken" || status === "paused" || (status === "failed" && !(problem !== undefined && errorCodes[problem].retry));

const isProven = ({ status, checkedAt }: Connection): boolean =>
  status === "connected" || (status === "expiring" && checkedAt !== undefined);

function counted(blockers: ReadonlyMap<string, Connection>): Blocked[] {
  const counts = new Map<string, Blocked>();
  for (const connection of blockers.values()) {
    const count = counts.get(connection.id);
    if (count) count.runs++;
    else counts.set(connection.id, { connection, runs: 1 });
  }
  return [...counts.values()];
}

const settledError = (id: string) =>
  new MillraceError("RUN_NOT_REPLAYABLE", {
    details: { problem: `Run ${id} is not in Needs attention, so it does not wait for a connection; replay it once the connection works` },
  });
