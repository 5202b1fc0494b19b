import { createMcpHandler, isLegacyRequest, type McpServer } from "@modelcontextprotocol/server";
import { NodeStreamableHTTPServerTransport, toNodeHandler, toWebRequest } from "@modelcontextprotocol/node";
import type { FastifyBaseLogger, FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { asAgent } from "#api/principal.ts";
import type { McpSide } from "#mcp/side.ts";
import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import type { Accounts } from "../auth/accounts.ts";
import { principalOf, type PrincipalParts } from "../auth/principal-of.ts";
import type { SignIn } from "../auth/sign-in.ts";
import type { AgentService } from "../oauth/agent-service.ts";
import { challenge } from "../oauth/oauth-endpoints.ts";
import { createApiRate, type ApiRateParts } from "./api-rate.ts";
import { type InnerCaller, type InnerCalls, ownerOf } from "./inner-calls.ts";
import { McpListens } from "./mcp-listens.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who speaks the protocol; null at other addresses. */
    caller: InnerCaller | null;
  }
}

export interface McpParts extends ApiRateParts, PrincipalParts {
  agentService: AgentService;
  accounts: Accounts;
  innerCalls: InnerCalls;
  signIn: Pick<SignIn, "check" | "addressOf" | "refuseForeignOrigin">;
  createMcpServer: (side: McpSide) => McpServer;
  publicUrl: () => string;
  version: string;
  clock: Clock;
  log: FastifyBaseLogger;
}

const longestMessage = 4 * 1024 * 1024;

/**
 * The Model Context Protocol over HTTP, for whoever comes with an API key or the token of an agent. Clients of 2025 get a session, since
 * they can be asked something only in one; newer ones need none.
 */
export const serveMcp = (parts: McpParts) => async (app: FastifyInstance) => {
  const sessions = new McpSessions(parts);
  const listens = new McpListens(parts.clock);
  const modern = createMcpHandler(({ authInfo }) => serverOf(parts, authInfo!.extra!["caller"] as InnerCaller), {
    legacy: "reject",
    // What an agent sent wrong is no fault of ours, whose stack would be of use.
    onerror: ({ message }) => parts.log.warn({ problem: message }, "A message of an agent could not be answered"),
  });
  const answerModern = toNodeHandler(modern);
  app.addHook("onRequest", createApiRate(parts));
  app.addHook("onRequest", async (request) => parts.signIn.refuseForeignOrigin(request));
  app.decorateRequest("caller", null);
  // Before the body is read: a stranger makes no work.
  app.addHook("onRequest", async (request, reply) => void (request.caller = await callerOf(parts, request, reply)));
  app.addHook("preClose", async () => {
    await Promise.all([modern.close(), sessions.close()]);
  });
  app.route({
    method: ["GET", "POST", "DELETE"],
    url: "/mcp",
    schema: { hide: true },
    bodyLimit: longestMessage,
    handler: async (request, reply) => {
      const caller = request.caller!;
      checkBatch(request.body);
      const isOld = await isLegacyRequest(await toWebRequest(request.raw, request.body), request.body);
      const session = isOld ? await sessions.of(request, caller) : undefined;
      const refusal = isOld ? null : listens.begin(request.body, caller, reply.raw);
      if (refusal) return refusal;
      reply.hijack();
      if (session) return session.transport.handleRequest(request.raw, reply.raw, request.body);
      const auth = { token: "", clientId: caller.principal.by, scopes: [...caller.principal.scopes], extra: { caller } };
      return answerModern(Object.assign(request.raw, { auth }), reply.raw, request.body);
    },
  });
};

/** The protocol has dropped batches; those of older clients are short. */
const mostInBatch = 10;

function checkBatch(body: unknown): void {
  if (Array.isArray(body) && body.length > mostInBatch)
    throw badInput("body", `has ${body.length} messages; send ${mostInBatch} at most at once`);
}

/** Who comes. Throws NOT_SIGNED_IN, and the answer says where to sign in. */
async function callerOf(parts: McpParts, request: FastifyRequest, reply: FastifyReply): Promise<InnerCaller> {
  const { signIn, agentService, accounts, publicUrl } = parts;
  const address = signIn.addressOf(request);
  const token = /^Bearer\s+(\S+)$/i.exec(request.headers.authorization ?? "")?.[1];
  void reply.header("www-authenticate", challenge(publicUrl()));
  if (token === undefined) throw new MillraceError("NOT_SIGNED_IN");
  if (!token.startsWith("mra_")) {
    const visitor = signIn.check(request);
    reply.removeHeader("www-authenticate");
    return { visitor, principal: asAgent(principalOf(visitor, parts)), address };
  }
  const agent = await agentService.signedIn(token);
  // No guess at a password: its token ends every hour, and an office may share the address.
  if (!agent) throw new MillraceError("NOT_SIGNED_IN");
  reply.removeHeader("www-authenticate");
  accounts.checkOpen([agent.visitor.workspaceId], address);
  return { ...agent, address };
}

/** The server of whoever calls. `callerNow`: as they are at each call, since a role may change within a session. */
function serverOf(parts: McpParts, caller: InnerCaller, callerNow: () => InnerCaller = () => caller): McpServer {
  const { innerCalls, createMcpServer, publicUrl, version, log } = parts;
  return createMcpServer({
    client: innerCalls.clientInTurn(callerNow),
    scopes: [...caller.principal.scopes],
    mayAct: caller.principal.agent?.acts ?? true,
    pageUrl: (path) => `${publicUrl()}${path}`,
    version,
    onFault: (err) => log.error({ err }, "A tool met a fault of ours"),
  });
}

const mostSessions = 500;
const mostOfWorkspace = 100;
const mostOfCaller = 20;
const idleMs = 30 * minuteMs;

interface McpSession {
  /** Whose it is; nobody else can use it, whoever learns its id. */
  owner: string;
  caller: InnerCaller;
  usedAt: number;
  transport: NodeStreamableHTTPServerTransport;
  server: McpServer;
}

/** Sessions of clients of 2025: bounded in number, and ended when nobody uses them. A client that finds its own gone begins a new one. */
class McpSessions {
  readonly #parts: McpParts;
  /** Used longest ago first. */
  readonly #open = new Map<string, McpSession>();

  constructor(parts: McpParts) {
    this.#parts = parts;
  }

  /** The session of a request, or a new one where it names none. Throws NOT_FOUND for one that is over. */
  async of({ headers }: FastifyRequest, caller: InnerCaller): Promise<Pick<McpSession, "transport">> {
    this.#endIdle();
    const id = headers["mcp-session-id"];
    if (id === undefined) return this.#begin(caller);
    const session = this.#open.get(String(id));
    if (!session || session.owner !== ownerOf(caller))
      throw new MillraceError("NOT_FOUND", { details: { what: "session", id: "of this agent" } });
    session.caller = caller;
    this.#use(String(id), session);
    return session;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#open.keys()].map((id) => this.#end(id)));
  }

  /** It counts as open once the client has begun it in the protocol too. */
  async #begin(caller: InnerCaller): Promise<McpSession> {
    const owner = ownerOf(caller);
    this.#makeRoom(owner, `${caller.principal.workspaceId} `);
    const transport = new NodeStreamableHTTPServerTransport({
      sessionIdGenerator: () => newToken(24),
      onsessioninitialized: (id) => this.#use(id, session),
      onsessionclosed: (id) => this.#end(id),
    });
    const session: McpSession = { owner, caller, usedAt: 0, transport, server: serverOf(this.#parts, caller, () => session.caller) };
    await session.server.connect(transport);
    return session;
  }

  /** The one that was not used for longest gives way: of the login, of its workspace, or of all, whichever has too many. */
  #makeRoom(owner: string, workspace: string): void {
    const open = [...this.#open];
    const own = open.filter(([, session]) => session.owner === owner);
    const near = open.filter(([, session]) => session.owner.startsWith(workspace));
    const full = own.length >= mostOfCaller ? own : near.length >= mostOfWorkspace ? near : open.length >= mostSessions ? open : [];
    if (full[0]) void this.#end(full[0][0]);
  }

  #use(id: string, session: McpSession): void {
    session.usedAt = this.#parts.clock.now();
    this.#open.delete(id);
    this.#open.set(id, session);
  }

  #endIdle(): void {
    const now = this.#parts.clock.now();
    for (const [id, { usedAt }] of this.#open) if (now - usedAt > idleMs) void this.#end(id);
  }

  async #end(id: string): Promise<void> {
    const session = this.#open.get(id);
    this.#open.delete(id);
    await session?.server.close();
  }
}
