import type { RequestListener } from "node:http";
import cookie from "@fastify/cookie";
import helmet from "@fastify/helmet";
import swagger from "@fastify/swagger";
import fastify, { LogController, type FastifyBaseLogger, type FastifyInstance, type FastifyRequest } from "fastify";
import { serializerCompiler, validatorCompiler } from "fastify-type-provider-zod";
import type { Engine } from "#engine/api.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { Trigger } from "#engine/types/triggers.ts";
import { readApiBodies } from "./api-body.ts";
import { createCallerGate, type AllowedCallerParts } from "./allowed-callers.ts";
import { createApiRate } from "./api-rate.ts";
import { agentHeader, apiPrefix } from "#api/addresses.ts";
import { asAgent, mayUse, type Principal } from "#api/principal.ts";
import { serveChartPage } from "./chart-page.ts";
import { serveDocs } from "./docs.ts";
import { answerError } from "./errors.ts";
import { createBoundedServer, type FrontDoor } from "./front-door.ts";
import { serveHealth, type HealthParts } from "../operations/health.ts";
import type { HookCaptures } from "../hooks/hook-captures.ts";
import { createHooks, type HooksOptions, hooksPath } from "../hooks/hooks.ts";
import type { InboxService } from "../inboxes/inbox-service.ts";
import type { InboxReceiver } from "../inboxes/inbox-receiver.ts";
import type { LintService } from "../lint/lint-service.ts";
import type { RunStream } from "./run-stream.ts";
import { openApi } from "./openapi.ts";
import type { Rate } from "./rate-limit.ts";
import { serveAccess, type AccessRouteParts } from "../routes/access.ts";
import { serveAgents, type AgentRouteParts } from "../routes/agents.ts";
import { serveApprovals, type ApprovalRouteParts } from "../routes/approvals.ts";
import { serveAccount, type AccountRouteParts } from "../routes/account.ts";
import { serveApiKeys, type ApiKeyRouteParts } from "../routes/api-keys.ts";
import { serveFlowImports, type FlowImportRouteParts } from "../routes/flow-imports.ts";
import { serveAppDrafts, type AppDraftRouteParts } from "../routes/app-drafts.ts";
import { serveApps, type AppRouteParts } from "../routes/apps.ts";
import { serveHealthReport, type HealthRouteParts } from "../routes/health.ts";
import { serveCalls, type CallRouteParts } from "../routes/calls.ts";
import { serveChanges, type ChangeRouteParts } from "../routes/changes.ts";
import { serveClient } from "../routes/client.ts";
import type { ClientViewParts } from "../clients/client-view.ts";
import { serveCatalog, type CatalogRouteParts } from "../routes/catalog.ts";
import { serveExports } from "../routes/exports.ts";
import { serveTags, type TagRouteParts } from "../routes/tags.ts";
import { serveWebhookTargets, type WebhookTargetRouteParts } from "../routes/webhook-targets.ts";
import { serveConnections, type ConnectionRouteParts } from "../routes/connections.ts";
import { serveFlows, type FlowRouteParts } from "../routes/flows.ts";
import { serveMembers, type MemberRouteParts } from "../routes/members.ts";
import { serveConnectScript, serveEmbed, type EmbedRouteParts } from "../routes/embed.ts";
import { serveInboxes } from "../routes/inboxes.ts";
import { serveSyncs, type SyncRouteParts } from "../routes/syncs.ts";
import { serveWebhookEndpoints, type WebhookEndpointRouteParts } from "../routes/webhook-endpoints.ts";
import { serveParts, type PartRouteParts } from "../routes/parts.ts";
import { serveConsents, type ConsentRouteParts } from "../routes/consents.ts";
import { serveReconnect, type ReconnectRouteParts } from "../routes/reconnect.ts";
import { servePrivateHosts, type PrivateHostRouteParts } from "../routes/private-hosts.ts";
import { serveMessages, type MessageRouteParts } from "../routes/messages.ts";
import { serveOperations, type OperationRouteParts } from "../routes/operations.ts";
import { serveOverview, type OverviewParts } from "../routes/overview.ts";
import { serveRuns, type RunRouteParts } from "../routes/runs.ts";
import { serveSession, type SessionRouteParts } from "../routes/session.ts";
import { serveTemplates, type TemplateRouteParts } from "../routes/templates.ts";
import { withoutAddresses } from "./hidden-addresses.ts";
import type { InnerCalls } from "./inner-calls.ts";
import { type McpParts, serveMcp } from "./mcp.ts";
import { admit } from "./serve.ts";
import { principalOf } from "../auth/principal-of.ts";
import { type OauthParts, serveOauth } from "../oauth/oauth-endpoints.ts";
import type { SignIn, Visitor } from "../auth/sign-in.ts";
import type { SenderGate } from "../hooks/sender-gate.ts";
import type { SignatureCheck } from "../hooks/signature.ts";
import { inlineScripts, serveWeb } from "./web.ts";

declare module "fastify" {
  interface FastifyRequest {
    /** Who sent it; null outside the routes that need a sign-in. */
    visitor: Visitor | null;
    /** What they may do; null outside those routes. */
    principal: Principal | null;
  }
}

/** Everything the doors need, each by its name. */
export interface AppParts
  extends
    FlowRouteParts,
    SessionRouteParts,
    AccessRouteParts,
    MemberRouteParts,
    AccountRouteParts,
    ApiKeyRouteParts,
    ClientViewParts,
    RunRouteParts,
    OverviewParts,
    ConnectionRouteParts,
    ConsentRouteParts,
    ReconnectRouteParts,
    PrivateHostRouteParts,
    WebhookEndpointRouteParts,
    SyncRouteParts,
    EmbedRouteParts,
    MessageRouteParts,
    AppRouteParts,
    AppDraftRouteParts,
    FlowImportRouteParts,
    TemplateRouteParts,
    PartRouteParts,
    CatalogRouteParts,
    WebhookTargetRouteParts,
    TagRouteParts,
    OperationRouteParts,
    CallRouteParts,
    ChangeRouteParts,
    HealthRouteParts,
    HealthParts,
    ApprovalRouteParts,
    AgentRouteParts,
    McpParts,
    OauthParts,
    AllowedCallerParts {
  innerCalls: InnerCalls;
  engine: Engine;
  lint: LintService;
  runStream: RunStream;
  /** Refuses events that their app did not sign. */
  checkSignature?: SignatureCheck;
  /** How the app of a trigger makes sure of an address. */
  challenges?: HooksOptions["challenges"];
  inboxReceiver?: InboxReceiver;
  /** Refuses senders that a flow or an inbox does not name. */
  senderGate?: Pick<SenderGate, "checkFlow" | "checkInbox">;
  /** How often each door is knocked at; without them the doors' own bounds hold. */
  rates?: { hooks: Rate; strangers: Rate; api: Rate };
  captures: HookCaptures;
  /** Whether an address was one of a flow and is no longer. */
  isGone?: (token: string) => Promise<boolean>;
  /** Called after a hook's event was accepted. */
  onAccepted?: (trigger: Trigger) => void;
  inboxService: InboxService;
  signIn: SignIn;
  /** The largest body of a hook. */
  maxBodyBytes?: number;
  /** Where the built web app is. */
  webFolder: string;
  log: FastifyBaseLogger;
  /** The port that is open already. Without one, the app has a server of its own. */
  door?: Pick<FrontDoor, "attach">;
}

/** The HTTP server: hooks first and on their own, then the API, health, documentation and the web app. */
export async function buildApp(parts: AppParts): Promise<FastifyInstance> {
  const hooks = createHooks({
    engine: parts.engine,
    log: parts.log,
    clock: parts.clock,
    ...(parts.clientAddress && { clientAddress: parts.clientAddress }),
    ...(parts.rates && { rate: parts.rates.hooks, strangerRate: parts.rates.strangers }),
    ...(parts.maxBodyBytes !== undefined && { maxBodyBytes: parts.maxBodyBytes }),
    ...(parts.checkSignature && { checkSignature: parts.checkSignature }),
    ...(parts.isGone && { isGone: parts.isGone }),
    captures: parts.captures,
    ...(parts.challenges && { challenges: parts.challenges }),
    ...(parts.onAccepted && { onAccepted: parts.onAccepted }),
    ...(parts.senderGate && { senderGate: parts.senderGate }),
    ...(parts.inboxReceiver && { inboxes: parts.inboxReceiver }),
  });
  const app = fastify({
    loggerInstance: parts.log.child({}, { level: parts.log.level === "info" ? "warn" : parts.log.level }), // its own news are told by the start
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: 4 * 1024 * 1024, // a flow, or a replay of ten thousand ids
    requestIdHeader: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 300 }, // the longest is a host's name, escaped
    frameworkErrors: answerError,
    forceCloseConnections: "idle",
    serverFactory: (handler) => {
      const serve: RequestListener = (req, res) => {
        if (req.url!.startsWith(hooksPath)) hooks(req, res);
        else handler(req, res);
      };
      return parts.door ? parts.door.attach(serve) : createBoundedServer(serve);
    },
  });
  parts.innerCalls.attach(app);
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.addHook("onRequest", createCallerGate(parts));
  readApiBodies(app);
  app.addHook("onSend", async (request, reply) => void reply.header("x-request-id", request.id));
  await app.register(helmet, securityHeaders(parts));
  await app.register(cookie);
  app.decorateRequest("visitor", null);
  app.decorateRequest("principal", null);
  await app.register(swagger, openApi(parts.version));
  await app.register(apiRoutes(parts), { prefix: apiPrefix });
  await app.register(serveOauth(parts));
  await app.register(serveMcp(parts));
  serveHealth(app, parts);
  serveDocs(app);
  serveConnectScript(app);
  serveChartPage(app, parts);
  await serveWeb(app, parts.webFolder);
  app.addHook("preClose", async () => parts.runStream.close());
  return app;
}

const apiRoutes = (parts: AppParts) => async (api: FastifyInstance) => {
  api.addHook("onRequest", createApiRate(parts));
  api.addHook("onRequest", admit(identify(parts)));
  api.addHook("onSend", async ({ principal }, _, payload) => (typeof payload === "string" ? shownTo(principal, payload) : payload));
  serveOwnDocument(api, parts.publicUrl);
  serveSession(api, parts);
  serveAccess(api, parts);
  serveMembers(api, parts);
  serveAccount(api, parts);
  serveApiKeys(api, parts);
  serveAgents(api, parts);
  serveClient(api, parts);
  serveOverview(api, parts);
  serveFlows(api, parts);
  serveRuns(api, parts);
  serveConnections(api, parts);
  serveConsents(api, parts);
  serveReconnect(api, parts);
  servePrivateHosts(api, parts);
  serveInboxes(api, parts);
  serveSyncs(api, parts);
  serveMessages(api, parts);
  serveWebhookEndpoints(api, parts);
  serveEmbed(api, parts);
  serveApps(api, parts);
  serveAppDrafts(api, parts);
  serveFlowImports(api, parts);
  serveTemplates(api, parts);
  serveParts(api, parts);
  serveCatalog(api, parts);
  serveWebhookTargets(api, parts);
  serveTags(api, parts);
  serveExports(api, parts);
  serveOperations(api, parts);
  serveApprovals(api, parts);
  serveCalls(api, parts);
  serveChanges(api, parts);
  serveHealthReport(api, parts);
};

/** The principal of a request: what the account, the key or the session without an account may do. */
const identify =
  (parts: AppParts) =>
  (request: FastifyRequest): Principal => {
    const inner = parts.innerCalls.callerOf(request);
    if (inner) {
      request.visitor = inner.visitor;
      return inner.principal;
    }
    const visitor = (request.visitor = parts.signIn.check(request));
    const wanted = request.headers["x-millrace-workspace"];
    if (wanted !== undefined && wanted !== visitor.workspaceId) throw new MillraceError("WORKSPACE_CHANGED");
    const principal = principalOf(visitor, parts);
    return request.headers[agentHeader] === undefined ? principal : asAgent(principal);
  };

/** Addresses that are as good as a key are for whoever may change flows. */
const shownTo = (principal: Principal | null, payload: string): string =>
  principal === null || mayUse(principal, "flows:write") ? payload : withoutAddresses(payload);

/** The page runs its own scripts and talks to its own origin, and nothing else. Style elements are made by some of its parts. */
const securityHeaders = ({ webFolder, publicUrl }: AppParts) => ({
  contentSecurityPolicy: {
    useDefaults: false,
    directives: {
      defaultSrc: ["'none'"],
      scriptSrc: ["'self'", ...inlineScripts(webFolder)],
      styleSrc: ["'self'", "'unsafe-inline'"],
      imgSrc: ["'self'", "data:"],
      fontSrc: ["'self'"],
      connectSrc: ["'self'"],
      manifestSrc: ["'self'"],
      frameSrc: ["'self'"], // the chart that one is about to embed
      frameAncestors: ["'none'"],
      baseUri: ["'none'"],
      formAction: ["'self'"],
    },
  },
  strictTransportSecurity: publicUrl().startsWith("https:"),
  referrerPolicy: { policy: "no-referrer" as const },
});

/** The API's own document. It is written once: it is large, and anybody may ask for it. */
function serveOwnDocument(api: FastifyInstance, publicUrl: () => string): void {
  let written: string | undefined;
  api.get("/openapi.json", { schema: { hide: true }, config: { allow: "anyone" } }, (_, reply) => {
    written ??= JSON.stringify({ ...api.swagger(), servers: [{ url: publicUrl() }] });
    return reply.type("application/json").send(written);
  });
}
