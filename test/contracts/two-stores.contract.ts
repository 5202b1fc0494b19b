import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createApiKeyStore } from "#storage/api-keys.ts";
import type { Db } from "#storage/database.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { sampleKey } from "./api-key-store.contract.ts";
import { definition, sampleFlow } from "./flow-store.contract.ts";
import { acceptance } from "./run-store.contract.ts";
import { sampleAcceptance, sampleTrigger } from "./trigger-store.contract.ts";

/** A race is lost by chance. */
const rounds = 20;
const none = { accept: [], steps: [], runs: [] };

/** Two stores of a kind on one database, as two processes have them: what one has decided holds for the other, and neither keeps anything back from it. */
export function twoStoresContract(name: string, open: () => Promise<readonly [Db, Db]>): void {
  describe(`two stores on one database: ${name}`, () => {
    let dbs: readonly [Db, Db];
    beforeEach(async () => void (dbs = await open()));
    afterEach(() => Promise.all([...new Set(dbs)].map((db) => db.close())));

    const two = <T>(create: (on: Db) => T): [T, T] => [create(dbs[0]), create(dbs[1])];

    it("an event that both accept at once makes one run", async () => {
      const stores = two(createRunStore);
      const made = await Promise.all(stores.map((store, n) => store.commit({ ...none, accept: [acceptance(n, { key: "same" })] })));
      expect(made.map(({ accepted }) => accepted[0]?.length ?? 0).sort((a, b) => a - b)).toEqual([0, 1]);
      expect(await stores[0].list("ws_1", {}, { limit: 9 })).toHaveLength(1);
    });

    it("runs of a record begin one after another, whichever store is asked", async () => {
      const [one, other] = two(createRunStore);
      const accept = [0, 1].map((n) => {
        const made = acceptance(n);
        return { event: { ...made.event, record: "c1" }, runs: made.runs.map((run) => ({ ...run, record: "c1" })) };
      });
      await one.commit({ ...none, accept });
      const claim = (n: number) => ({
        ...none,
        claims: [{ runId: accept[n]!.runs[0]!.id, now: accept[1]!.runs[0]!.createdAt, begin: { inTurn: true } }],
      });
      const claims = await Promise.all([one.commit(claim(0)), other.commit(claim(1))]);
      expect(claims.map((done) => done.claims[0]!.kind)).toEqual(["claimed", "behind"]);
    });

    it("events of a record that both accept at once gather in one run", async () => {
      const stores = two(createRunStore);
      for (let round = 0; round < rounds; round++) {
        const gathering = (n: number) => {
          const made = acceptance(2 * round + n);
          const record = `c${round}`;
          const runs = made.runs.map((run) => ({ ...run, record, settling: true }));
          return { event: { ...made.event, record }, runs, settle: { quietMs: 10_000, mostMs: 60_000 } };
        };
        await Promise.all(stores.map((store, n) => store.commit({ ...none, accept: [gathering(n)] })));
      }
      const runs = await stores[0].list("ws_1", {}, { limit: 3 * rounds });
      expect(runs.map(({ record, merged }) => [record, merged])).toEqual(
        Array.from({ length: rounds }, (_, round) => [`c${rounds - 1 - round}`, 1]),
      );
    });

    it("a change of which one has the webhook and the other finds it in the list at once starts one run", async () => {
      const [runs] = two(createRunStore);
      const [, triggers] = two(createTriggerStore);
      await createFlowStore(dbs[0]).insert(sampleFlow("flow_t"), sampleTrigger("t", { kind: "webhook", nextAt: null }));
      for (let round = 0; round < rounds; round++) {
        const item = `i${round}`;
        const webhook = { ...sampleAcceptance("t", `w${round}`), webhookReport: { item, at: 5, dated: true, once: false } };
        const accept = sampleAcceptance("t", `p${round}`);
        const now = { triggerId: "t", item, by: "poll" as const, at: 5, foundAt: 9, upTo: 9, eventId: accept.event.id };
        const remember = { key: item, hash: "h", seenAt: 1 };
        const pollFindings = [{ was: null, now, accept, remember, otherwise: remember }];
        const [{ accepted }, found] = await Promise.all([
          runs.commit({ ...none, accept: [webhook] }),
          triggers.settle({ triggerId: "t", accept: [], remember: [], forget: [], patch: {}, pollFindings }),
        ]);
        expect([...accepted, ...found].filter((settled) => settled !== null)).toHaveLength(1);
      }
    });

    it("a person is found in a run that one accepts while the other sorts the index", async () => {
      const [one, other] = two(createRunStore);
      const people = Array.from({ length: rounds }, (_, n) => `p${n}@example.com`);
      for (const [n, person] of people.entries())
        await Promise.all([
          one.commit({ ...none, accept: [acceptance(2 * n, { person })] }),
          other.commit({ ...none, accept: [acceptance(2 * n + 1, { person: "somebody@example.com" })] }).then(() => other.indexPeople(100)),
        ]);
      while ((await one.indexPeople(100)) > 0);
      for (const key of people)
        expect(await one.list("ws_1", { person: [{ kind: "email", key, exact: true }] }, { limit: 9 })).toHaveLength(1);
    });

    it("a version that both publish is published once", async () => {
      const [one, other] = two(createFlowStore);
      await one.insert(sampleFlow("a"), sampleTrigger("trg_a", { flowId: "a" }));
      const done = await Promise.allSettled([
        one.publish("ws_1", "a", { version: 1, definition: definition("one"), now: 10 }),
        other.publish("ws_1", "a", { version: 1, definition: definition("other"), now: 20 }),
      ]);
      expect(done.map(({ status }) => status).sort()).toEqual(["fulfilled", "rejected"]);
      expect(await other.published("ws_1")).toEqual(new Map([["a", (await one.version("ws_1", "a", 1))!]]));
    });

    it("what both find in a list is news once, and a change by one is seen by the other", async () => {
      const [one, other] = two(createTriggerStore);
      await createFlowStore(dbs[0]).insert(sampleFlow("a"), sampleTrigger("trg_a", { flowId: "a" }));
      const end = (id: string, nextAt: number) => ({
        triggerId: "trg_a",
        accept: [sampleAcceptance("trg_a", "same", { id })],
        remember: [],
        forget: [],
        patch: { nextAt },
      });
      const settled = await Promise.all([one.settle(end("one", 5_000)), other.settle(end("other", 6_000))]);
      expect(settled.map(([runs]) => runs === null)).toEqual([false, true]);
      await one.update("ws_1", "trg_a", { active: false });
      expect(await other.byFlow("ws_1", "a")).toMatchObject({ active: false, nextAt: 6_000 });
    });

    it("of two keys that are made at once one is left", async () => {
      const stores = two(createApiKeyStore);
      await Promise.all(stores.map((store, n) => store.replace(sampleKey(`k${n}`))));
      expect(await stores[0].all()).toHaveLength(1);
    });
  });
}
