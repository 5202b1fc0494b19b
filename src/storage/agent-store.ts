import type { Selectable, Transaction } from "kysely";
import { ChangeLog } from "./changes.ts";
import type { Db } from "./database.ts";
import type { Schema } from "./schema.ts";

/** A program that registered to sign people in (RFC 7591). Anybody can register one, under any name. */
export interface OauthClient {
  id: string;
  name: string;
  redirectUris: readonly string[];
  createdAt: number;
}

/** What a person allowed to act for them in a workspace. */
export interface AgentRow {
  id: string;
  workspaceId: string;
  /** Null: somebody who was signed in without an account; it ends with the workspace key `keyId`. */
  accountId: string | null;
  keyId: string | null;
  clientId: string;
  name: string;
  permissions: readonly string[];
  createdAt: number;
  usedAt: number | null;
  endedAt: number | null;
}

/** A code or token, by its hash. */
export interface AgentToken {
  hash: string;
  expiresAt: number;
}
export interface AgentCode extends AgentToken {
  /** The SHA-256 of the verifier that its redemption must show. */
  challenge: string;
  redirectUri: string;
}

/** The tokens that take the place of a code or of a refresh token. */
export interface NewTokens {
  access: AgentToken;
  refresh: AgentToken;
}

/** What redeeming a code or a refresh token came to. `reused`: it was redeemed before, so the agent was ended with all its tokens. */
export type Redeemed = { agent: AgentRow } | "unknown" | "reused";

/** Registered clients, agents, and the hashes of their codes and tokens. */
export interface AgentStore {
  /** Registers a client. Those that nobody allowed within a day are forgotten, and the oldest of them where there are too many. */
  addClient(client: OauthClient): Promise<void>;
  client(id: string): Promise<OauthClient | null>;
  /** Adds an agent with its code; false where its workspace has `mostAgents` already. */
  add(agent: AgentRow, code: AgentCode, by: string, mostAgents: number): Promise<boolean>;
  /**
   * Gives new tokens for a code, once. `accept` looks at the code and its agent; what it refuses is used up all the same. Then, and for one
   * that nobody knows, "unknown".
   */
  redeemCode(hash: string, now: number, accept: (code: AgentCode, agent: AgentRow) => boolean, tokens: NewTokens): Promise<Redeemed>;
  /** Gives new tokens for a refresh token, once. */
  refresh(hash: string, now: number, accept: (agent: AgentRow) => boolean, tokens: NewTokens): Promise<Redeemed>;
  /** The agent of an access token that is good at `now`. */
  byAccessToken(hash: string, now: number): Promise<AgentRow | null>;
  /** The agent of any token, good or not. */
  byToken(hash: string): Promise<AgentRow | null>;
  /** Those that can still sign in at `now`, newest first. */
  list(workspaceId: string, now: number): Promise<AgentRow[]>;
  /** Those with these ids, over or not. */
  named(workspaceId: string, ids: readonly string[]): Promise<AgentRow[]>;
  /** Ends one with all its tokens; false where there is none. */
  end(workspaceId: string, id: string, now: number, by?: string): Promise<boolean>;
  /** Ends all of an account, in every workspace. */
  endOfAccount(accountId: string, now: number): Promise<void>;
  touch(id: string, now: number): Promise<void>;
}

const mostClients = 1_000;
const unusedForMs = 24 * 3_600_000;

type Found = { agent: AgentRow; reused?: never } | { agent?: never; reused: AgentRow };
type Q = Transaction<Schema>;

export const createAgentStore = (db: Db, log: ChangeLog = new ChangeLog(db)): AgentStore => ({
  addClient: (client) => db.write((q) => addClient(q, client)),
  async client(id) {
    const row = await db.q.selectFrom("oauth_clients").selectAll().where("id", "=", id).executeTakeFirst();
    return row ? clientOf(row) : null;
  },
  ...redemptions(db, log),
  ...agentLists(db),
  ...agentChanges(db, log),
});

/** Adds agents and ends them. */
function agentChanges(db: Db, log: ChangeLog) {
  return {
    add: (agent, code, by, mostAgents) =>
      log.write(async (q, note) => {
        const { workspaceId, id, name, clientId, createdAt } = agent;
        const open = await q
          .selectFrom("agents")
          .select((e) => e.fn.countAll<number | string>().as("n"))
          .where("workspace_id", "=", workspaceId)
          .where("ended_at", "is", null)
          .where("id", "in", (tokens) => tokens.selectFrom("agent_tokens").select("agent_id").where("expires_at", ">", createdAt))
          .executeTakeFirstOrThrow();
        if (Number(open.n) >= mostAgents) return false;
        await q.insertInto("agents").values(agentRow(agent)).execute();
        await q
          .insertInto("agent_tokens")
          .values({ ...tokenRow(id, "code", code), challenge: code.challenge, redirect_uri: code.redirectUri })
          .execute();
        await q.updateTable("oauth_clients").set({ allowed_at: createdAt }).where("id", "=", clientId).execute();
        note({ workspaceId, kind: "agent", id, what: "allowed", name, by });
        return true;
      }),
    async end(workspaceId, id, now, by) {
      const row = await db.q
        .selectFrom("agents")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("id", "=", id)
        .executeTakeFirst();
      return row ? endAgent(log, agentOf(row), { now, what: "signed out", by }) : false;
    },
    async endOfAccount(accountId, now) {
      const rows = await db.q.selectFrom("agents").selectAll().where("account_id", "=", accountId).where("ended_at", "is", null).execute();
      for (const row of rows) await endAgent(log, agentOf(row), { now, what: "signed out" });
    },
    touch: (id, now) => db.write(async (q) => void (await q.updateTable("agents").set({ used_at: now }).where("id", "=", id).execute())),
  } satisfies Partial<AgentStore>;
}

/** Looks agents up. */
function agentLists(db: Db) {
  return {
    async byAccessToken(hash, now) {
      const row = await tokensOf(db, hash).where("kind", "=", "access").where("expires_at", ">", now).executeTakeFirst();
      return row ? agentOf(row) : null;
    },
    async byToken(hash) {
      const row = await tokensOf(db, hash).executeTakeFirst();
      return row ? agentOf(row) : null;
    },
    async list(workspaceId, now) {
      const rows = db.q
        .selectFrom("agents")
        .selectAll()
        .where("workspace_id", "=", workspaceId)
        .where("ended_at", "is", null)
        .where("id", "in", (q) => q.selectFrom("agent_tokens").select("agent_id").where("expires_at", ">", now));
      return (await rows.orderBy("id", "desc").execute()).map(agentOf);
    },
    async named(workspaceId, ids) {
      if (ids.length === 0) return [];
      const rows = db.q.selectFrom("agents").selectAll().where("workspace_id", "=", workspaceId).where("id", "in", ids);
      return (await rows.execute()).map(agentOf);
    },
  } satisfies Partial<AgentStore>;
}

type Accept = (code: AgentCode, agent: AgentRow) => boolean;

/** Gives tokens for what works once. */
function redemptions(db: Db, log: ChangeLog) {
  const use = (kind: "code" | "refresh", hash: string, now: number, accept: Accept, tokens: NewTokens) =>
    db.write<"unknown" | Found>(async (q) => {
      const token = await q.selectFrom("agent_tokens").selectAll().where("hash", "=", hash).where("kind", "=", kind).executeTakeFirst();
      const row = token && (await q.selectFrom("agents").selectAll().where("id", "=", token.agent_id).executeTakeFirst());
      if (!token || !row || row.ended_at !== null) return "unknown";
      const agent = agentOf(row);
      if (token.used_at !== null) return { reused: agent };
      await q.updateTable("agent_tokens").set({ used_at: now }).where("hash", "=", hash).execute();
      const code = { hash, expiresAt: Number(token.expires_at), challenge: token.challenge ?? "", redirectUri: token.redirect_uri ?? "" };
      if (code.expiresAt <= now || !accept(code, agent)) return "unknown";
      await replaceTokens(q, agent.id, now, tokens);
      return { agent };
    });
  const redeem = async (kind: "code" | "refresh", hash: string, now: number, accept: Accept, tokens: NewTokens): Promise<Redeemed> => {
    const found = await use(kind, hash, now, accept, tokens);
    if (found === "unknown" || found.agent) return found;
    await endAgent(log, found.reused, { now, what: "token reused" });
    return "reused";
  };
  return {
    redeemCode: (hash, now, accept, tokens) => redeem("code", hash, now, accept, tokens),
    refresh: (hash, now, accept, tokens) => redeem("refresh", hash, now, (_, agent) => accept(agent), tokens),
  } satisfies Partial<AgentStore>;
}

/** Ends an agent with all its tokens; false where it is over already. */
const endAgent = (
  log: ChangeLog,
  { workspaceId, id, name }: AgentRow,
  { now, what, by }: { now: number; what: string; by?: string | undefined },
): Promise<boolean> =>
  log.write(async (q, note) => {
    const row = await q
      .updateTable("agents")
      .set({ ended_at: now })
      .where("id", "=", id)
      .where("ended_at", "is", null)
      .returning("id")
      .executeTakeFirst();
    if (!row) return false;
    await q.deleteFrom("agent_tokens").where("agent_id", "=", id).execute();
    note({ workspaceId, kind: "agent", id, what, name, ...(by !== undefined && { by }) });
    return true;
  });

async function addClient(q: Q, client: OauthClient): Promise<void> {
  const { createdAt } = client;
  await q
    .deleteFrom("oauth_clients")
    .where("allowed_at", "is", null)
    .where("created_at", "<=", createdAt - unusedForMs)
    .execute();
  await q.insertInto("oauth_clients").values(clientRow(client)).execute();
  const tooMany = await q
    .selectFrom("oauth_clients")
    .select("id")
    .where("allowed_at", "is", null)
    .orderBy("created_at", "desc")
    .orderBy("id", "desc")
    .limit(100)
    .offset(mostClients)
    .execute();
  const ids = tooMany.map(({ id }) => id);
  if (ids.length > 0) await q.deleteFrom("oauth_clients").where("id", "in", ids).execute();
}

/** Adds the new ones, and forgets those that are over. A refresh token that was used stays until then, so that a second use is noticed. */
async function replaceTokens(q: Q, agentId: string, now: number, { access, refresh }: NewTokens): Promise<void> {
  await q.deleteFrom("agent_tokens").where("agent_id", "=", agentId).where("expires_at", "<=", now).execute();
  await q.deleteFrom("agent_tokens").where("agent_id", "=", agentId).where("kind", "=", "access").execute();
  await q
    .insertInto("agent_tokens")
    .values([tokenRow(agentId, "access", access), tokenRow(agentId, "refresh", refresh)])
    .execute();
}

const tokensOf = (db: Db, hash: string) =>
  db.q
    .selectFrom("agent_tokens")
    .innerJoin("agents", "agents.id", "agent_tokens.agent_id")
    .selectAll("agents")
    .where("hash", "=", hash)
    .where("ended_at", "is", null);

const tokenRow = (agentId: string, kind: "code" | "access" | "refresh", { hash, expiresAt }: AgentToken) => ({
  hash,
  agent_id: agentId,
  kind,
  expires_at: expiresAt,
  used_at: null,
  challenge: null,
  redirect_uri: null,
});

const clientRow = (c: OauthClient): Selectable<Schema["oauth_clients"]> => ({
  id: c.id,
  name: c.name,
  redirect_uris: JSON.stringify(c.redirectUris),
  created_at: c.createdAt,
  allowed_at: null,
});

const clientOf = (r: Selectable<Schema["oauth_clients"]>): OauthClient => ({
  id: r.id,
  name: r.name,
  redirectUris: JSON.parse(r.redirect_uris) as string[],
  createdAt: Number(r.created_at),
});

const agentRow = (a: AgentRow): Selectable<Schema["agents"]> => ({
  id: a.id,
  workspace_id: a.workspaceId,
  account_id: a.accountId,
  key_id: a.keyId,
  client_id: a.clientId,
  name: a.name,
  permissions: JSON.stringify(a.permissions),
  created_at: a.createdAt,
  used_at: a.usedAt,
  ended_at: a.endedAt,
});

const agentOf = (r: Selectable<Schema["agents"]>): AgentRow => ({
  id: r.id,
  workspaceId: r.workspace_id,
  accountId: r.account_id,
  keyId: r.key_id,
  clientId: r.client_id,
  name: r.name,
  permissions: JSON.parse(r.permissions) as string[],
  createdAt: Number(r.created_at),
  usedAt: r.used_at === null ? null : Number(r.used_at),
  endedAt: r.ended_at === null ? null : Number(r.ended_at),
});
