import type { Selectable } from "kysely";
import type { Db } from "./database.ts";
import { forUpdate } from "./locks.ts";
import type { Schema } from "./schema.ts";

/** Which call is meant: the key is the holder's own, so that nobody gets another's answer. */
export interface CallKey {
  workspaceId: string;
  /** Who makes the call: an API key, an account or a session. */
  holder: string;
  key: string;
}

/** A call that begins, or that came before. */
export interface BeginningCall extends CallKey {
  /** The same for the same request. */
  fingerprint: string;
  now: number;
  expiresAt: number;
}

/** What is known of a call with this key. */
export type BegunCall =
  /** It is the first. */
  | { is: "new" }
  /** The key came before, with another request. */
  | { is: "other" }
  /** Another process is making it. */
  | { is: "underWay" }
  /** Its process ended before the answer was kept, or the answer was unclear. */
  | { is: "doubtful"; startedAt: number }
  | { is: "done"; answer: string };

/** Calls that came with an idempotency key, and their answers. */
export interface IdempotentCallStore {
  /** Records the call as begun by this process, unless it came before. Of several at once, one is the first. Not to be asked while this process makes the call. */
  begin(call: BeginningCall): Promise<BegunCall>;
  finish(key: CallKey, answer: string): Promise<void>;
  /** Nothing happened: the next call with the key is the first again. */
  release(key: CallKey): Promise<void>;
}

type Row = Selectable<Schema["idempotent_calls"]>;

/** `owner`: the process, by whose lease in the store others know whether it still runs. */
export function createIdempotentCallStore(db: Db, owner: string): IdempotentCallStore {
  return {
    begin: (call) =>
      db.write(async (q) => {
        await q.deleteFrom("idempotent_calls").where("expires_at", "<=", call.now).execute();
        const added = await q
          .insertInto("idempotent_calls")
          .values(rowOf(call, owner))
          .onConflict((c) => c.doNothing())
          .executeTakeFirst();
        if (Number(added.numInsertedOrUpdatedRows) > 0) return { is: "new" };
        const row = await forUpdate(db, of(q.selectFrom("idempotent_calls").selectAll(), call)).executeTakeFirstOrThrow();
        if (row.fingerprint !== call.fingerprint) return { is: "other" };
        if (row.answer !== null) return { is: "done", answer: row.answer };
        if (row.owner !== owner && (await isAlive(q, row.owner, call.now))) return { is: "underWay" };
        await of(q.updateTable("idempotent_calls").set({ owner }), call).execute();
        return { is: "doubtful", startedAt: Number(row.started_at) };
      }),
    finish: (key, answer) => db.write(async (q) => void (await of(q.updateTable("idempotent_calls").set({ answer }), key).execute())),
    release: (key) => db.write(async (q) => void (await of(q.deleteFrom("idempotent_calls"), key).execute())),
  };
}

interface Narrowed<Query> {
  where(column: "workspace_id" | "holder" | "key", is: "=", value: string): Query;
}
const of = <Query extends Narrowed<Query>>(query: Query, { workspaceId, holder, key }: CallKey): Query =>
  query.where("workspace_id", "=", workspaceId).where("holder", "=", holder).where("key", "=", key);

const isAlive = async (q: Db["q"], owner: string, now: number): Promise<boolean> =>
  (await q.selectFrom("run_owners").select("id").where("id", "=", owner).where("until", ">", now).executeTakeFirst()) !== undefined;

const rowOf = ({ workspaceId, holder, key, fingerprint, now, expiresAt }: BeginningCall, owner: string): Row => ({
  workspace_id: workspaceId,
  holder,
  key,
  fingerprint,
  owner,
  answer: null,
  started_at: now,
  expires_at: expiresAt,
});
