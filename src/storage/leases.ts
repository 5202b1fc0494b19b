import type { Committed, Renewal, Renewed } from "#engine/ports/run-store.ts";
import type { Lease } from "#engine/types/leases.ts";
import type { Run } from "#engine/types/runs.ts";
import type { Db } from "./database.ts";
import { commitOrder, forUpdate } from "./locks.ts";
import { marker } from "./markers.ts";
import { done, type Work } from "./work.ts";

type LeaseRow = { lease_owner: string | null; lease_no: number; finished_at: number | null; cancel_requested: number };

/** Fences the writes of a transaction: only the owner of a run, under its lease, may write it. Every function runs inside `db.batch`. */
export interface LeaseWriter {
  /** This transaction has written the run under its lease: its steps may follow. */
  holds(runId: string): void;
  /** Whether a step of the run may be written; asks once for each run of a transaction that does not write the run itself. */
  mayWrite(runId: string, lease: Lease): Work<boolean>;
  /** Records that the row of a run was not as its change expected. */
  refuse(was: Run): Work<void>;
  refused(): Pick<Committed, "stale" | "toCancel">;
  /** Whether a run with this owner is free to be claimed. */
  isFree(owner: string | null, now: number): Work<boolean>;
  readonly owner: string;
  /** Waits for the commits before this one, where there are other processes. Asked once in a transaction. */
  inOrder(): Work<unknown>;
  forget(): void;
}

export function createLeaseWriter(db: Db, owner: string): LeaseWriter {
  const order = commitOrder(db);
  const row = db.statement((q) =>
    forUpdate(
      db,
      q.selectFrom("runs").select(["lease_owner", "lease_no", "finished_at", "cancel_requested"]).where("id", "=", marker<string>("id")),
    ),
  );
  const alive = db.statement((q) =>
    q.selectFrom("run_owners").select("until").where("id", "=", marker<string>("owner")).where("until", ">", marker<number>("now")),
  );
  const written = new Map<string, boolean>();
  let stale = new Set<string>();
  let toCancel = new Set<string>();
  let isOrdered = false;

  return {
    owner,
    holds: (runId) => void written.set(runId, true),
    *mayWrite(runId, lease) {
      const decided = written.get(runId);
      if (decided !== undefined) return decided;
      const now = yield* row.get<LeaseRow>({ id: runId });
      const may = now !== undefined && isUnder(now, lease) && now.finished_at === null;
      written.set(runId, may);
      if (!may) stale.add(runId);
      return may;
    },
    *refuse(was) {
      const now = yield* row.get<LeaseRow>({ id: was.id });
      const isOwn = now !== undefined && isUnder(now, was.lease) && now.finished_at === null && now.cancel_requested === 1;
      written.set(was.id, isOwn);
      if (isOwn) toCancel.add(was.id);
      else stale.add(was.id);
    },
    refused: () => ({ stale: [...stale], toCancel: [...toCancel] }),
    *isFree(of, now) {
      return of === null || of === owner || (yield* alive.get({ owner: of, now })) === undefined;
    },
    inOrder() {
      if (isOrdered) return alreadyOrdered;
      isOrdered = true;
      return order();
    },
    forget() {
      written.clear();
      stale = new Set();
      toCancel = new Set();
      isOrdered = false;
    },
  };
}

const alreadyOrdered = done(undefined);

const isUnder = (row: LeaseRow, { owner, no }: Lease): boolean => row.lease_owner === owner && row.lease_no === no;

/** Queries of `run_owners`, outside of the hot path. */
export const createOwnership = (db: Db, owner: string) => ({
  renew: ({ now, until, executing }: Renewal): Promise<Renewed> =>
    db.write(async (q) => {
      await q.deleteFrom("run_owners").where("until", "<=", now).where("id", "!=", owner).execute();
      await q
        .insertInto("run_owners")
        .values({ id: owner, until })
        .onConflict((c) => c.column("id").doUpdateSet({ until }))
        .execute();
      const own = executing.length
        ? await q.selectFrom("runs").select("id").where("id", "in", executing).where("lease_owner", "=", owner).execute()
        : [];
      const ids = new Set(own.map(({ id }) => id));
      if (ids.size > 0) await markBegun(q, [...ids], owner);
      const toCancel = await q.selectFrom("runs").select("id").where("cancel_requested", "=", 1).where("lease_owner", "=", owner).execute();
      const owners = await q.selectFrom("run_owners").select("id").orderBy("id").execute();
      return {
        owners: owners.map(({ id }) => id),
        toCancel,
        lost: executing.filter((id) => !ids.has(id)),
      };
    }),
  endLeases: (whose: "own" | "others" | { owner: string }): Promise<void> =>
    db.write(async (q) => {
      const of = typeof whose === "string" ? owner : whose.owner;
      await q
        .deleteFrom("run_owners")
        .where("id", whose === "others" ? "!=" : "=", of)
        .execute();
    }),
  requestCancel: (ids: readonly string[], now: number): Promise<string[]> =>
    db.write(async (q) => {
      const others = q.selectFrom("run_owners").select("id").where("until", ">", now).where("id", "!=", owner);
      const asked = await q
        .updateTable("runs")
        .set({ cancel_requested: 1 })
        .where("id", "in", ids)
        .where("finished_at", "is", null)
        .where("lease_owner", "in", others)
        .returning("id")
        .execute();
      return asked.map(({ id }) => id);
    }),
});

/** Shows other processes that these runs are executing. Short runs are left out: they would cost one more write each. */
const markBegun = (q: Db["q"], ids: readonly string[], owner: string) =>
  q
    .updateTable("runs")
    .set({ state: "running", waiting: null, outage: null })
    .where("id", "in", ids)
    .where("lease_owner", "=", owner)
    .where("finished_at", "is", null)
    .where("state", "in", ["queued", "waiting"])
    .execute();
