import { createHash } from "node:crypto";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { agentPermissions } from "#api/agent-permissions.ts";
import { longestClientId } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { newId, newToken } from "#kernel/ids.ts";
import type { AgentStore } from "#storage/agent-store.ts";
import type { SignIn } from "../auth/sign-in.ts";
import { createApiRate, type ApiRateParts } from "../http/api-rate.ts";
import { checkRate, createRateLimiter, senderOf } from "../http/rate-limit.ts";
import type { AgentService } from "./agent-service.ts";
import { problemOf, readClientFacts } from "./client-facts.ts";
import { OauthError } from "./oauth-error.ts";
import { longestRedirectUri } from "./redirects.ts";

export interface OauthParts extends ApiRateParts {
  agentService: AgentService;
  oauthClients: Pick<AgentStore, "addClient">;
  signIn: Pick<SignIn, "addressOf" | "refuseForeignOrigin">;
  publicUrl: () => string;
  clock: Clock;
}

/** How often one address may register a client, which adds a row. */
const registrationRate = { perSecond: 0.1, burst: 10 };
const longestForm = 16 * 1024;

const tokenForm = z.object({
  grant_type: z.string().max(100),
  client_id: z.string().max(longestClientId),
  code: z.string().max(200).optional(),
  redirect_uri: z.string().max(longestRedirectUri).optional(),
  code_verifier: z.string().min(43).max(128).optional(),
  refresh_token: z.string().max(200).optional(),
  resource: z.string().max(longestRedirectUri).optional(),
});
const revocationForm = z.object({ token: z.string().min(1).max(200) });

/** The authorization server for agents (OAuth 2.1): how it is found, registration of clients, tokens. The person's page is `/oauth/authorize`. */
export const serveOauth = (parts: OauthParts) => async (app: FastifyInstance) => {
  const { agentService, oauthClients, signIn, publicUrl, clock } = parts;
  const registrations = createRateLimiter(registrationRate, { clock });
  const hide = { schema: { hide: true } };
  app.addHook("onRequest", createApiRate(parts));
  app.addHook("onRequest", async (request) => signIn.refuseForeignOrigin(request));
  app.addHook("onSend", async (_, reply) => void reply.header("cache-control", "no-store"));
  app.setErrorHandler(answerOauthError);
  readForms(app);

  const resource = () => resourceFacts(publicUrl(), agentService.resource());
  app.get("/.well-known/oauth-protected-resource", hide, resource);
  app.get("/.well-known/oauth-protected-resource/mcp", hide, resource);
  app.get("/.well-known/oauth-authorization-server", hide, () => serverFacts(publicUrl()));

  app.post("/oauth/register", { ...hide, bodyLimit: longestForm }, async (request, reply) => {
    checkRate(registrations, senderOf(signIn.addressOf(request)));
    const client = readClient(request.body, clock.now());
    await oauthClients.addClient(client);
    return reply.code(201).send({
      client_id: client.id,
      client_id_issued_at: Math.floor(client.createdAt / 1000),
      client_name: client.name,
      redirect_uris: client.redirectUris,
      token_endpoint_auth_method: "none",
      grant_types: ["authorization_code", "refresh_token"],
      response_types: ["code"],
    });
  });
  app.post("/oauth/token", { ...hide, bodyLimit: longestForm }, ({ body }) => giveTokens(agentService, read(tokenForm, body)));
  app.post("/oauth/revoke", { ...hide, bodyLimit: longestForm }, async ({ body }) => {
    await agentService.revoke(read(revocationForm, body).token);
    return {};
  });
};

function giveTokens(agents: AgentService, sent: z.infer<typeof tokenForm>) {
  const { grant_type: kind, client_id: clientId, resource } = sent;
  if (resource !== undefined && !agents.isResource(resource))
    throw new OauthError("invalid_target", `Tokens of Millrace are good at ${agents.resource()} alone.`);
  if (kind === "refresh_token") return agents.refresh({ token: wanted(sent, "refresh_token"), clientId });
  if (kind !== "authorization_code") throw new OauthError("unsupported_grant_type", "Millrace knows authorization_code and refresh_token.");
  const verifierHash = createHash("sha256").update(wanted(sent, "code_verifier")).digest("base64url");
  return agents.redeemCode({ code: wanted(sent, "code"), clientId, redirectUri: wanted(sent, "redirect_uri"), verifierHash });
}

function wanted(sent: z.infer<typeof tokenForm>, name: keyof z.infer<typeof tokenForm>): string {
  const value = sent[name];
  if (value === undefined || value === "") throw new OauthError("invalid_request", `${name} is missing.`);
  return value;
}

/** A client as it is kept. */
const readClient = (body: unknown, now: number) => ({ id: `${newId("cli", now)}${newToken(6)}`, createdAt: now, ...readClientFacts(body) });

function read<Schema extends z.ZodType>(schema: Schema, body: unknown): z.output<Schema> {
  const sent = schema.safeParse(body ?? {});
  if (!sent.success) throw new OauthError("invalid_request", problemOf(sent.error));
  return sent.data;
}

/** Forms, as OAuth sends them. Something that is sent twice counts as not sent in any way that could be read. */
function readForms(app: FastifyInstance): void {
  app.addContentTypeParser("application/x-www-form-urlencoded", { parseAs: "string", bodyLimit: longestForm }, (_request, text, done) => {
    const fields = [...new URLSearchParams(text as string)];
    const names = fields.map(([name]) => name);
    if (new Set(names).size < names.length) done(new OauthError("invalid_request", "A parameter came twice."));
    else done(null, Object.fromEntries(fields));
  });
}

function answerOauthError(this: FastifyInstance, thrown: Error, _request: FastifyRequest, reply: FastifyReply): void {
  if (!(thrown instanceof OauthError)) throw thrown; // the server's own handler answers
  void reply.code(400).send({ error: thrown.code, error_description: thrown.message });
}

/** What a client may ask for. That an agent acts on what is accepted in it is nothing to ask for: the person adds it on the page. */
const scopes = agentPermissions.filter((permission) => permission !== "act");

const resourceFacts = (publicUrl: string, resource: string) => ({
  resource,
  authorization_servers: [publicUrl],
  bearer_methods_supported: ["header"],
  scopes_supported: scopes,
  resource_name: "Millrace",
});

const serverFacts = (publicUrl: string) => ({
  issuer: publicUrl,
  authorization_endpoint: `${publicUrl}/oauth/authorize`,
  token_endpoint: `${publicUrl}/oauth/token`,
  registration_endpoint: `${publicUrl}/oauth/register`,
  revocation_endpoint: `${publicUrl}/oauth/revoke`,
  response_types_supported: ["code"],
  grant_types_supported: ["authorization_code", "refresh_token"],
  code_challenge_methods_supported: ["S256"],
  token_endpoint_auth_methods_supported: ["none"],
  scopes_supported: scopes,
  authorization_response_iss_parameter_supported: true,
  client_id_metadata_document_supported: true,
});

/** The answer to whoever comes without a token that is good: where to get one (RFC 9728). */
export const challenge = (publicUrl: string): string => `Bearer resource_metadata="${publicUrl}/.well-known/oauth-protected-resource/mcp"`;
