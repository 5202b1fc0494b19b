import type { Kysely } from "kysely";
import type { CountedMessage, MessageStore } from "#engine/ports/messages.ts";
import { usualMessagePolicy, type MessagePolicy, type MessageRule } from "#engine/types/messages.ts";
import { defined } from "#kernel/defined.ts";
import { changedFields } from "./changed-fields.ts";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import { forUpdate } from "./locks.ts";
import type { Schema } from "./schema.ts";

/** How many messages of a channel came to that since some time. */
export interface MessageTotal {
  channel: CountedMessage["channel"];
  /** `sent`, or the rule by which they were skipped. */
  outcome: "sent" | MessageRule;
  messages: number;
}

export interface MessageRows extends MessageStore {
  setPolicy(workspaceId: string, policy: MessagePolicy, by?: string): Promise<void>;
  totals(workspaceId: string, from: number): Promise<MessageTotal[]>;
  /** Deletes at most `limit` messages from before that time, of every workspace; returns how many. */
  prune(before: number, limit: number): Promise<number>;
}

const sent = "sent";

/** Message policies and counted messages in the database. */
export function createMessageStore(db: Db, log: ChangeLog = new ChangeLog(db)): MessageRows {
  return {
    ...policies(db, log),
    ...counts(db),
    async totals(workspaceId, from) {
      const rows = await db.q
        .selectFrom("messages")
        .select((e) => ["channel", "outcome", e.fn.countAll().as("n")])
        .where("workspace_id", "=", workspaceId)
        .where("at", ">=", from)
        .groupBy(["channel", "outcome"])
        .orderBy("channel")
        .orderBy("outcome")
        .execute();
      return rows.map(({ channel, outcome, n }) => ({
        channel: channel as MessageTotal["channel"],
        outcome: outcome as MessageTotal["outcome"],
        messages: Number(n),
      }));
    },
    prune: (before, limit) =>
      db.write(async (q) => {
        const old = await q
          .selectFrom("messages")
          .select(["workspace_id", "key"])
          .where("at", "<", before)
          .orderBy("at")
          .limit(limit)
          .execute();
        for (const { workspace_id, key } of old)
          await q.deleteFrom("messages").where("workspace_id", "=", workspace_id).where("key", "=", key).execute();
        return old.length;
      }),
  };
}

function policies(db: Db, log: ChangeLog): Pick<MessageRows, "policy" | "setPolicy"> {
  const of = (q: Kysely<Schema>, workspaceId: string) =>
    q.selectFrom("message_policies").select("policy").where("workspace_id", "=", workspaceId);
  const read = (row: { policy: string } | undefined): MessagePolicy =>
    row === undefined ? usualMessagePolicy : (JSON.parse(row.policy) as MessagePolicy);
  return {
    policy: async (workspaceId) => read(await of(db.q, workspaceId).executeTakeFirst()),
    setPolicy: (workspaceId, policy, by) =>
      log.write(async (q, note) => {
        const fields = changedFields({ ...read(await forUpdate(db, of(q, workspaceId)).executeTakeFirst()) }, { ...policy });
        if (fields.length === 0) return;
        const row = { policy: JSON.stringify(policy) };
        await q
          .insertInto("message_policies")
          .values({ workspace_id: workspaceId, ...row })
          .onConflict((c) => c.column("workspace_id").doUpdateSet(row))
          .execute();
        note({ workspaceId, kind: "message_policy", id: workspaceId, what: "changed", fields, ...defined({ by }) });
      }),
  };
}

function counts(db: Db): Pick<MessageStore, "count" | "wouldReach" | "uncount" | "skipped"> {
  return {
    // Writes go one at a time in all processes, so nobody counts between the look and the row.
    count: (message) =>
      db.write(async (q) => {
        if (await isCounted(q, message)) return null;
        const reached = await reachedBy(q, message);
        if (reached === null) await put(q, message);
        return reached;
      }),
    wouldReach: (message) => reachedBy(db.q, message),
    uncount: (workspaceId, key) =>
      db.write(async (q) => void (await q.deleteFrom("messages").where("workspace_id", "=", workspaceId).where("key", "=", key).execute())),
    skipped: ({ workspaceId, key, person, channel, at }, rule) =>
      db.write(async (q) => {
        await q
          .insertInto("messages")
          .values({ workspace_id: workspaceId, key, person, channel, at, outcome: rule })
          .onConflict((c) => c.columns(["workspace_id", "key"]).doNothing()) // an attempt of which nobody knows whether it was sent counts
          .execute();
      }),
  };
}

/** Whether an earlier attempt was counted on that day. One that was counted on another is sent on this one, and counts here. */
async function isCounted(q: Kysely<Schema>, { workspaceId, key, day }: CountedMessage): Promise<boolean> {
  const row = await q
    .selectFrom("messages")
    .select("key")
    .where("workspace_id", "=", workspaceId)
    .where("key", "=", key)
    .where("outcome", "=", sent)
    .where("at", ">=", day.from)
    .where("at", "<", day.to)
    .executeTakeFirst();
  return row !== undefined;
}

async function reachedBy(
  q: Kysely<Schema>,
  { workspaceId, key, person, channel, day, cap }: CountedMessage,
): Promise<"perChannel" | "inAll" | null> {
  if (cap === null) return null;
  const rows = await q
    .selectFrom("messages")
    .select((e) => ["channel", e.fn.countAll().as("n")])
    .where("workspace_id", "=", workspaceId)
    .where("person", "=", person)
    .where("outcome", "=", sent)
    .where("key", "!=", key)
    .where("at", ">=", day.from)
    .where("at", "<", day.to)
    .groupBy("channel")
    .execute();
  const inAll = rows.reduce((sum, { n }) => sum + Number(n), 0);
  const ofChannel = Number(rows.find((row) => row.channel === channel)?.n ?? 0);
  if (cap.perChannel !== null && ofChannel >= cap.perChannel) return "perChannel";
  return cap.inAll !== null && inAll >= cap.inAll ? "inAll" : null;
}

async function put(q: Kysely<Schema>, { workspaceId, key, person, channel, at }: CountedMessage): Promise<void> {
  const row = { person, channel, at, outcome: sent };
  await q
    .insertInto("messages")
    .values({ workspace_id: workspaceId, key, ...row })
    .onConflict((c) => c.columns(["workspace_id", "key"]).doUpdateSet(row))
    .execute();
}
