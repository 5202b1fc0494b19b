import { afterEach, describe, expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { silentLog } from "#kernel/log.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { createWaitingReplayStore } from "#storage/waiting-replay-store.ts";
import { openEngine, workspace } from "#test/fakes/engine.ts";
import type { Connection } from "#vault/types.ts";
import { createLaterReplays, type LaterReplayParts } from "./later-replays.ts";

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const login = (name: string, more: Partial<Connection> = {}): Connection => ({
  id: `con_${name}`,
  workspaceId: workspace,
  name,
  title: name,
  app: "app",
  auth: "token",
  status: "connected",
  createdAt: 1,
  updatedAt: 1,
  ...more,
});
const broken = { status: "broken" as const, problem: "CONNECTION_REVOKED" as const, reason: "Reconnect it." };
const step = (connection: string, id = "a"): StepDefinition => ({
  id,
  app: "app",
  operation: "make",
  connection,
  input: { n: "{{ trigger.id }}" },
});

async function world(logins: Connection[]) {
  const connections = new Map(logins.map((each) => [each.id, each]));
  const clock = new TestClock();
  const refused = (name: string) =>
    new MillraceError("CONNECTION_REVOKED", { details: { app: "App", connection: name, outcome: "refused" } });
  const house = await openEngine(
    {
      make: {
        answer: ({ connection }) => {
          const login = [...connections.values()].find(
            ({ name, formerNames }) => name === connection || formerNames?.includes(connection!),
          );
          if (login?.status === "broken") throw refused(login.name);
          return { ok: true };
        },
      },
    },
    { clock },
  );
  await house.engine.start();
  open.push(async () => {
    await house.engine.close(0);
    await house.db.close();
  });
  const parts: LaterReplayParts = {
    engine: house.engine,
    vault: { list: async () => [...connections.values()], find: async (_, id) => connections.get(id) ?? null },
    store: createWaitingReplayStore(house.db),
    workspaces: async () => [workspace],
    clock,
    log: silentLog,
  };
  /** Runs that failed, in Needs attention. */
  const failedRuns = async (steps: StepDefinition[], n: number): Promise<string[]> => {
    const flow = await house.published(steps);
    const ids: string[] = [];
    for (let i = 0; i < n; i++) ids.push((await house.fire(flow.id, { id: `${flow.id} ${i}` })).runIds[0]!);
    for (const id of ids) await house.settled(id, ["failed"]);
    return ids;
  };
  const set = (name: string, more: Partial<Connection>) => {
    const connection = connections.get(`con_${name}`)!;
    connections.set(connection.id, { ...connection, ...more });
  };
  const states = (ids: readonly string[]) => Promise.all(ids.map(async (id) => (await house.engine.run(workspace, id)).run.state));
  return {
    ...house,
    later: createLaterReplays(parts),
    again: () => createLaterReplays(parts),
    parts,
    failedRuns,
    set,
    states,
    connections,
  };
}
const how = { from: "failed" as const, version: "same" as const };
const proven = { status: "connected" as const, problem: undefined, reason: undefined, checkedAt: 2 };

describe("a replay whose connection is broken", () => {
  test("is announced with the connection and the number of runs, by id and by filter", async () => {
    const { later, failedRuns } = await world([login("acme", broken), login("fine")]);
    const ids = await failedRuns([step("fine"), step("acme", "b")], 3);
    for (const request of [
      { ids, ...how },
      { filter: { attention: true }, ...how },
    ])
      expect(await later.check(workspace, request)).toMatchObject({ runs: 3, blocked: [{ connection: { name: "acme" }, runs: 3 }] });
  });

  test("waits, survives a restart, and is done once when the connection works again", async () => {
    const { later, again, failedRuns, set, states, settled, calls } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 3);
    const reply = await later.replayWhenConnected(workspace, { ids, ...how });
    expect(reply).toMatchObject({ replayed: [], refused: [], waiting: [{ connection: { name: "acme" }, runs: 3 }] });
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    expect(await states(ids)).toEqual(["failed", "failed", "failed"]);

    set("acme", { status: "untested", problem: undefined });
    await later.resume({ workspaceId: workspace, id: "con_acme" }); // saved without a test is not proof
    expect(await states(ids)).toEqual(["failed", "failed", "failed"]);

    set("acme", proven);
    const before = calls.length;
    const restarted = again();
    await Promise.all([
      restarted.resumeAll(),
      restarted.resume({ workspaceId: workspace, id: "con_acme" }),
      restarted.resume({ workspaceId: workspace, id: "con_acme" }),
    ]);
    for (const id of ids) await settled(id, ["succeeded"]);
    expect(calls.length - before).toBe(3);
    expect(await restarted.waiting(workspace)).toEqual([]);
  });

  test("is done once although the process ended between doing it and writing that down", async () => {
    const { later, parts, failedRuns, set, settled, calls, engine } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 2);
    await later.replayWhenConnected(workspace, { ids, from: "start", version: "same" });
    set("acme", proven);
    const dying = createLaterReplays({ ...parts, store: { ...parts.store, keep: () => Promise.reject(new Error("killed")) } });
    const before = calls.length;
    await dying.resume({ workspaceId: workspace, id: "con_acme" });
    await createLaterReplays(parts).resumeAll();
    const replays = (await engine.runs(workspace, {}, { limit: 20 })).filter(({ replayOf }) => replayOf !== null);
    expect(replays).toHaveLength(2);
    for (const { id } of replays) await settled(id, ["succeeded"]);
    expect(calls.length - before).toBe(2);
    expect(await parts.store.list(workspace)).toEqual([]);
  });

  test("leaves alone what was dismissed or replayed by hand meanwhile", async () => {
    const { later, failedRuns, set, states, engine, settled } = await world([login("acme", broken)]);
    const [dismissed, byHand, waiting] = await failedRuns([step("acme")], 3);
    await later.replayWhenConnected(workspace, { ids: [dismissed!, byHand!, waiting!], ...how });
    await engine.dismiss(workspace, dismissed!);
    set("acme", proven);
    await engine.replay(workspace, { ids: [byHand!], ...how });
    await settled(byHand!, ["succeeded"]);
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    await settled(waiting!, ["succeeded"]);
    expect(await states([dismissed!, byHand!])).toEqual(["failed", "succeeded"]);
  });

  test("goes on at once where nothing is in the way, and waits for the next connection where one is left", async () => {
    const { later, failedRuns, set, settled } = await world([login("acme", broken), login("smiles", broken)]);
    const both = await failedRuns([step("acme"), step("smiles", "b")], 1);
    set("acme", { ...proven });
    const free = await failedRuns([step("smiles")], 1);
    set("smiles", proven);
    expect((await later.replayWhenConnected(workspace, { ids: free, ...how })).replayed).toHaveLength(1);
    await settled(free[0]!, ["succeeded"]);
    set("acme", broken);
    set("smiles", broken);
    expect((await later.replayWhenConnected(workspace, { ids: both, ...how })).waiting).toMatchObject([{ connection: { name: "acme" } }]);
    set("acme", proven);
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    expect(await later.waiting(workspace)).toMatchObject([{ connection: { name: "smiles" }, runIds: both }]);
    set("smiles", proven);
    await later.resume({ workspaceId: workspace, id: "con_smiles" });
    await settled(both[0]!, ["succeeded"]);
  });

  test("is found by a former name of the connection", async () => {
    const { later, failedRuns } = await world([login("acme-dental", { formerNames: ["acme"], ...broken })]);
    const ids = await failedRuns([step("acme")], 1);
    expect((await later.check(workspace, { ids, ...how })).blocked).toMatchObject([{ connection: { name: "acme-dental" }, runs: 1 }]);
  });

  test("is not held up by a host that was down at the last test: the engine tries that again by itself", async () => {
    const { later, failedRuns, set } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 1);
    set("acme", { status: "failed", problem: "OUTBOUND_UNREACHABLE" });
    expect((await later.check(workspace, { ids, ...how })).blocked).toEqual([]);
    set("acme", { status: "failed", problem: "WRONG_LOCATION" });
    expect((await later.check(workspace, { ids, ...how })).blocked).toHaveLength(1);
  });

  test("asked for twice waits once, and can be called off", async () => {
    const { later, failedRuns, set, states } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 2);
    await later.replayWhenConnected(workspace, { ids, ...how });
    await later.replayWhenConnected(workspace, { ids, ...how });
    const [batch, ...more] = await later.waiting(workspace);
    expect([batch!.runIds, more]).toEqual([ids, []]);
    await later.cancel(workspace, batch!.id);
    await expect(later.cancel(workspace, batch!.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
    set("acme", proven);
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    expect(await states(ids)).toEqual(["failed", "failed"]);
  });

  test("goes on waiting where the connection breaks again in the middle", async () => {
    const { again, parts, failedRuns, set, states, settled } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 60);
    await again().replayWhenConnected(workspace, { ids, ...how });
    set("acme", proven);
    let looks = 0;
    const find: LaterReplayParts["vault"]["find"] = async (...which) => {
      const connection = await parts.vault.find(...which);
      if (++looks === 3) set("acme", broken); // the second part is about to begin
      return connection;
    };
    const later = createLaterReplays({ ...parts, vault: { ...parts.vault, find } });
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    const rest = (await later.waiting(workspace)).flatMap(({ runIds }) => runIds);
    expect(rest).toEqual(ids.slice(50));

    set("acme", proven);
    await again().resume({ workspaceId: workspace, id: "con_acme" });
    for (const id of ids) await settled(id, ["succeeded"]);
    expect(await states(ids)).not.toContain("failed");
  });

  test("is called off for what was not replayed yet, also while the others are", async () => {
    const { parts, failedRuns, set, states } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 60);
    const later = createLaterReplays({
      ...parts,
      store: {
        ...parts.store,
        async keep(workspaceId, id, runIds) {
          await parts.store.keep(workspaceId, id, runIds);
          if (runIds.length > 0) await parts.store.keep(workspaceId, id, []); // somebody calls it off
        },
      },
    });
    await later.replayWhenConnected(workspace, { ids, ...how });
    set("acme", proven);
    await later.resume({ workspaceId: workspace, id: "con_acme" });
    expect((await states(ids)).slice(50)).toEqual(Array.from({ length: 10 }, () => "failed"));
    expect(await later.waiting(workspace)).toEqual([]);
  });

  test("begins at once where the connection was mended while it was asked for", async () => {
    const { parts, failedRuns, set, settled, states } = await world([login("acme", broken)]);
    const ids = await failedRuns([step("acme")], 1);
    const later = createLaterReplays({
      ...parts,
      store: {
        ...parts.store,
        async insert(batch) {
          set("acme", proven);
          await later.resume({ workspaceId: workspace, id: "con_acme" }); // finds nothing that waits yet
          await parts.store.insert(batch);
        },
      },
    });
    await later.replayWhenConnected(workspace, { ids, ...how });
    await settled(ids[0]!, ["succeeded"]);
    expect(await states(ids)).toEqual(["succeeded"]);
  });
});
