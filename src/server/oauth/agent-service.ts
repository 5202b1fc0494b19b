import { type AgentPermission, agentPermissions, permissionsFor, scopesOfAgent } from "#api/agent-permissions.ts";
import type { Principal } from "#api/principal.ts";
import type { AgentRequest, AgentRequestView, AgentView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs, hourMs } from "#kernel/durations.ts";
import { badInput, conflict, forbidden, notFound } from "#kernel/errors.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { AgentRow, AgentStore, NewTokens, OauthClient } from "#storage/agent-store.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { ApiKeys } from "../auth/api-keys.ts";
import { hashOf } from "../auth/secret-hash.ts";
import type { Visitor } from "../auth/sign-in.ts";
import { type ClientDocuments, isDocumentAddress } from "./client-documents.ts";
import { hostOf, isRegistered, withAnswer } from "./redirects.ts";
import { OauthError } from "./oauth-error.ts";

export interface AgentParts {
  agents: AgentStore;
  accounts: Pick<Accounts, "get" | "member" | "hasMembers" | "isOpenTo">;
  keys: Pick<ApiKeys, "keyId">;
  clientDocuments: ClientDocuments;
  /** What somebody without an agent would be: their workspace, role and scopes. Throws NOT_SIGNED_IN where they have left. */
  principalOf: (visitor: Visitor) => Principal;
  publicUrl: () => string;
  clock: Clock;
  /** Called when a use could not be written. */
  onStoreProblem: (problem: unknown) => void;
}

/** A successful answer of the token endpoint. */
export interface TokenReply {
  access_token: string;
  token_type: "Bearer";
  expires_in: number;
  refresh_token: string;
  scope: string;
}

const codeMs = 60_000;
const accessMs = hourMs;
const refreshMs = 30 * dayMs;
/** How many can be signed in to a workspace. */
const mostAgents = 200;
/** How often a use is stored. */
const touchEveryMs = 5 * 60_000;

/** An agent that came with its token, as the routes see it. */
export interface SignedInAgent {
  visitor: Visitor;
  principal: Principal;
}

/** Agents that act for somebody: a person allows one, it gets a code, and for that its tokens. Everything it keeps is random and stored hashed. */
export class AgentService {
  readonly #parts: AgentParts;

  constructor(parts: AgentParts) {
    this.#parts = parts;
  }

  /** The address that tokens are good at. */
  resource = (): string => `${this.#parts.publicUrl()}/mcp`;

  /** What the page shows before a person allows anything. Throws BAD_INPUT; then nobody is sent anywhere. */
  async openRequest(principal: Principal, request: AgentRequest): Promise<AgentRequestView> {
    const client = await this.#checkedClient(request);
    const offered = permissionsFor(principal.scopes);
    const named = (request.scope ?? "").split(" ");
    const askable = offered.filter((permission) => permission !== "act"); // nobody but the person adds that
    const wanted = askable.filter((permission) => named.includes(permission));
    return {
      name: client.name,
      describedAt: isDocumentAddress(client.id) ? new URL(client.id).host : null,
      ...hostOf(request.redirect_uri),
      asked: wanted.length > 0 ? wanted : askable,
      offered,
      refuseTo: this.#answerTo(request, { error: "access_denied" }),
    };
  }

  /** A person allows it. Gives where to go with the code. Throws BAD_INPUT, and FORBIDDEN for a program. */
  async allow(principal: Principal, visitor: Visitor, request: AgentRequest & { permissions: AgentPermission[] }): Promise<string> {
    const { agents, keys, clock } = this.#parts;
    if (visitor.kind !== "session") throw forbidden("Only a person who is signed in on the page can let an agent in");
    const client = await this.#checkedClient(request);
    const offered = permissionsFor(principal.scopes);
    const refused = request.permissions.find((permission) => !offered.includes(permission));
    if (refused) throw badInput("permissions", `you may not do '${refused}' yourself, so you cannot allow it`);
    const now = clock.now();
    const code = newToken(32);
    const agent: AgentRow = {
      id: newId("agt", now),
      workspaceId: principal.workspaceId,
      accountId: principal.accountId,
      keyId: principal.accountId === null ? keys.keyId(principal.workspaceId) : null,
      clientId: client.id,
      name: client.name,
      permissions: agentPermissions.filter((permission) => request.permissions.includes(permission)),
      createdAt: now,
      usedAt: null,
      endedAt: null,
    };
    const { redirect_uri: redirectUri, code_challenge: challenge } = request;
    const kept = { hash: hashOf(code), expiresAt: now + codeMs, challenge, redirectUri };
    if (!(await agents.add(agent, kept, principal.by, mostAgents)))
      throw conflict(`${mostAgents} agents are signed in, which is the most. Sign one out first`);
    return this.#answerTo(request, { code });
  }

  /** Tokens for a code. Throws OauthError. */
  async redeemCode(sent: { code: string; clientId: string; redirectUri: string; verifierHash: string }): Promise<TokenReply> {
    const { agents, clock } = this.#parts;
    const tokens = this.#newTokens();
    const fits = (code: { challenge: string; redirectUri: string }, agent: AgentRow) =>
      agent.clientId === sent.clientId &&
      code.redirectUri === sent.redirectUri &&
      code.challenge === sent.verifierHash &&
      this.#isAlive(agent);
    return this.#replyOf(await agents.redeemCode(hashOf(sent.code), clock.now(), fits, tokens.kept), tokens);
  }

  /** New tokens for a refresh token, which is used up. Throws OauthError. */
  async refresh(sent: { token: string; clientId: string }): Promise<TokenReply> {
    const { agents, clock } = this.#parts;
    const tokens = this.#newTokens();
    const fits = (agent: AgentRow) => agent.clientId === sent.clientId && this.#isAlive(agent);
    return this.#replyOf(await agents.refresh(hashOf(sent.token), clock.now(), fits, tokens.kept), tokens);
  }

  /** Ends the agent of a token. One that nobody knows is no error (RFC 7009). */
  async revoke(token: string): Promise<void> {
    const { agents, clock } = this.#parts;
    const agent = await agents.byToken(hashOf(token));
    if (agent) await agents.end(agent.workspaceId, agent.id, clock.now(), `agent:${agent.id}`);
  }

  /** The agent that an access token belongs to; null if the token is unknown or expired. Throws FORBIDDEN where the workspace is closed to it. */
  async signedIn(token: string): Promise<SignedInAgent | null> {
    const { agents, principalOf, clock } = this.#parts;
    const agent = await agents.byAccessToken(hashOf(token), clock.now());
    if (!agent || !this.#isAlive(agent)) return null;
    this.#noteUse(agent);
    const visitor = personOf(agent);
    const person = principalOf(visitor);
    const permissions = agent.permissions as AgentPermission[];
    const principal: Principal = {
      workspaceId: agent.workspaceId,
      role: person.role,
      locationId: person.locationId,
      scopes: scopesOfAgent(permissions, person.scopes),
      by: `agent:${agent.id}`,
      accountId: null,
      agent: { acts: permissions.includes("act") },
    };
    return { visitor: { ...visitor, kind: "agent", id: agent.id, accountId: null }, principal };
  }

  /** The caller's own agents; with access:read, everybody's. */
  async list(principal: Principal): Promise<AgentView[]> {
    const { agents, accounts, clock } = this.#parts;
    const rows = (await agents.list(principal.workspaceId, clock.now())).filter((agent) => this.#isAlive(agent));
    return rows
      .filter((agent) => isMine(principal, agent) || principal.scopes.has("access:read"))
      .map((agent) => ({
        id: agent.id,
        name: agent.name,
        permissions: agent.permissions as AgentPermission[],
        who: (agent.accountId !== null && accounts.get(agent.accountId)?.name) || "Somebody without an account",
        mine: isMine(principal, agent),
        createdAt: agent.createdAt,
        usedAt: agent.usedAt,
      }));
  }

  /** Signs one out. Throws NOT_FOUND. */
  async remove(principal: Principal, id: string): Promise<void> {
    const { agents, clock } = this.#parts;
    const [agent] = await agents.named(principal.workspaceId, [id]);
    const may = agent && (isMine(principal, agent) || principal.scopes.has("access:write"));
    if (!may || !(await agents.end(principal.workspaceId, id, clock.now(), principal.by))) throw notFound("agent", id);
  }

  async #checkedClient({ client_id: id, redirect_uri: redirectUri, resource }: AgentRequest): Promise<OauthClient> {
    const { agents, clientDocuments } = this.#parts;
    const client = isDocumentAddress(id) ? await clientDocuments.read(id) : await agents.client(id);
    if (!client) throw badInput("client_id", "is not registered here any more; start the sign-in again in the agent");
    if (!isRegistered(redirectUri, client.redirectUris)) throw badInput("redirect_uri", "is not one that the agent registered");
    if (resource !== undefined && !this.isResource(resource)) throw badInput("resource", `is not ${this.resource()}`);
    return client;
  }

  /** Whether a client means this Millrace by its resource indicator (RFC 8707). */
  isResource(resource: string): boolean {
    return resource.replace(/\/$/, "") === this.resource() || resource.replace(/\/$/, "") === this.#parts.publicUrl();
  }

  #answerTo({ redirect_uri: redirectUri, state }: AgentRequest, answer: Record<string, string>): string {
    return withAnswer(redirectUri, { ...answer, state, iss: this.#parts.publicUrl() });
  }

  /** Whether the person it acts for is still there. */
  #isAlive({ workspaceId, accountId, keyId, endedAt }: AgentRow): boolean {
    const { accounts, keys } = this.#parts;
    if (endedAt !== null) return false;
    if (accountId !== null) return accounts.member(workspaceId, accountId) !== undefined;
    return keys.keyId(workspaceId) === keyId && !accounts.hasMembers(workspaceId);
  }

  #newTokens() {
    const now = this.#parts.clock.now();
    const [access, refresh] = [`mra_${newToken(32)}`, `mrr_${newToken(32)}`];
    const kept: NewTokens = {
      access: { hash: hashOf(access), expiresAt: now + accessMs },
      refresh: { hash: hashOf(refresh), expiresAt: now + refreshMs },
    };
    return { access, refresh, kept };
  }

  #replyOf(redeemed: Awaited<ReturnType<AgentStore["refresh"]>>, { access, refresh }: { access: string; refresh: string }): TokenReply {
    if (typeof redeemed === "string")
      throw new OauthError(
        "invalid_grant",
        redeemed === "reused" ? "It was used before; sign in again." : "It is not good any more; sign in again.",
      );
    return {
      access_token: access,
      token_type: "Bearer",
      expires_in: accessMs / 1000,
      refresh_token: refresh,
      scope: redeemed.agent.permissions.join(" "),
    };
  }

  #noteUse({ id, usedAt }: AgentRow): void {
    const { agents, clock, onStoreProblem } = this.#parts;
    const now = clock.now();
    if (usedAt === null || now - usedAt >= touchEveryMs) void agents.touch(id, now).catch(onStoreProblem);
  }
}

/** Whoever an agent acts for, as a visitor. */
const personOf = ({ id, workspaceId, accountId }: AgentRow): Visitor => ({ kind: "session", id, workspaceId, accountId, key: null });
/** Without accounts, whoever is signed in on the page is the owner; an API key is a program's. */
const isMine = ({ agent: isAgent, accountId, by }: Principal, agent: AgentRow): boolean =>
  isAgent === undefined && agent.accountId === accountId && (accountId !== null || !by.startsWith("key:"));
