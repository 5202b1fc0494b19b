import { expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import type { RunQueue } from "#engine/ports/queue.ts";
import { openSqlite } from "#storage/database.ts";
import { createRunStore } from "#storage/run-store.ts";
import { acceptance } from "../contracts/run-store.contract.ts";
import { openEngine } from "../fakes/engine.ts";
import { rest } from "../support/turns.ts";

/** More than the sweep reads at once. */
const many = 5_003;

/** A queue that executes nothing and keeps what it was given. */
function deafQueue() {
  const added: string[] = [];
  const queue = (real: RunQueue): RunQueue => ({
    add: (runs) => void added.push(...runs.map(({ id }) => id)),
    work() {},
    wake() {},
    depth: () => real.depth(),
    close: async () => {},
  });
  return { added, queue };
}

it("the sweep finds every run that is due, however many there are, at the start and later on", async () => {
  const db = await openSqlite({ file: ":memory:" });
  const accept = Array.from({ length: many }, (_, n) => acceptance(0, { key: `k${n}` }));
  await createRunStore(db).commit({ accept, steps: [], runs: [] });
  const ids = accept.map(({ runs }) => runs[0]!.id).sort();
  const { added, queue } = deafQueue();
  const clock = new TestClock();
  const { engine } = await openEngine({}, { db, clock, queue });
  await engine.start();
  expect(added.splice(0).sort()).toEqual(ids);
  await clock.advance(30_000);
  await rest(clock);
  expect(added.splice(0).sort()).toEqual(ids);
});
