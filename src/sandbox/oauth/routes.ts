import type { FastifyInstance, FastifyRequest } from "fastify";
import { isObject } from "#kernel/json.ts";
import { endpointFacts } from "#apps/highlevel/facts.ts";
import type { Core } from "../core.ts";
import { countOf, textOf } from "../highlevel/call.ts";
import { badRequest, Refusal, unprocessable } from "../refusal.ts";
import { breakEarly, enter } from "../rim/entry.ts";
import { accessLifeMs, type Grant, type OAuthApp, type TokenPair } from "./grants.ts";

type Form = Record<string, string | undefined>;

/** Tokens for codes, for refresh tokens, for a location of the agency, and for a lost login. */
export function oauthRoutes(app: FastifyInstance, core: Core): void {
  const token = { method: "POST", path: "/oauth/token" } as const;
  app.post("/oauth/token", { onRequest: (request, reply) => breakEarly(core, request, reply, token) }, async (request) =>
    exchange(core, formOf(request)),
  );

  const locationToken = endpointFacts("oauth/get-location-access-token")!.endpoint;
  app.post(
    "/oauth/locationToken",
    { onRequest: (request, reply) => enter(core, request, reply, locationToken, locationToken) },
    async (request, reply) => {
      reply.code(201); // 200 in the description, 201 on the wire
      return mintLocationToken(core, request.trip.grant!, formOf(request));
    },
  );

  const installed = endpointFacts("oauth/get-installed-location")!.endpoint;
  app.get(
    "/oauth/installedLocations",
    { onRequest: (request, reply) => enter(core, request, reply, installed, installed) },
    async (request) => installedLocations(core, request.trip.grant!, formOf(request)),
  );

  app.post("/oauth/reconnect", async (request, reply) => {
    reply.code(201);
    return reconnect(core, formOf(request));
  });
}

function exchange(core: Core, form: Form) {
  for (const name of ["client_id", "client_secret", "grant_type"]) if (!form[name]) throw badRequest(`Missing parameter: ${name}`);
  if (form.grant_type === "authorization_code") return tokenAnswer(fromCode(core, form));
  if (form.grant_type === "refresh_token") return tokenAnswer(fromRefresh(core, form));
  throw badRequest("Invalid parameter: grant_type");
}

/** A wrong code and a wrong secret look alike, so that nobody can try secrets alone. */
function fromCode(core: Core, form: Form): TokenPair {
  if (!form.code) throw badRequest("Missing parameter: code");
  const used = core.grants.useCode(form.code);
  if (!used || !ownerOf(core, used.grant, form))
    throw new Refusal(401, { error: "UnAuthorized!", error_description: "Authorization code not found" });
  if (used.redirectUri && form.redirect_uri && form.redirect_uri !== used.redirectUri) throw badRequest("Invalid parameter: redirect_uri");
  return core.grants.issuePair(used.grant);
}

function fromRefresh(core: Core, form: Form): TokenPair {
  if (!form.refresh_token) throw badRequest("Missing parameter: refresh_token");
  if (core.faults.strike("refresh_spent", "/oauth/token", "POST /oauth/token")) core.grants.spend(form.refresh_token);
  const grant = core.grants.refreshable(form.refresh_token);
  if (!grant || !ownerOf(core, grant, form)) throw badRequest("Invalid grant: refresh token is invalid");
  const paused = grant.locationId && core.state.locations.get(grant.locationId)?.active === false;
  // The refresh token is not spent: it works again once the location is active.
  if (paused || core.faults.strike("location_inactive", "/oauth/token", "POST /oauth/token")) throw badRequest("Location is not active");
  return core.grants.refresh(form.refresh_token)!;
}

function ownerOf(core: Core, grant: Grant, form: Form): OAuthApp | undefined {
  const app = core.grants.appOf(form.client_id!);
  return app && app.id === grant.appId && app.clientSecret === form.client_secret ? app : undefined;
}

function mintLocationToken(core: Core, grant: Grant, form: Form) {
  const { companyId, locationId } = form;
  const missing = Object.entries({ companyId, locationId })
    .filter(([, value]) => !value)
    .map(([name]) => `${name} must be a string`);
  if (missing.length > 0) throw unprocessable(missing);
  if (companyId !== grant.companyId || core.state.locations.get(locationId!)?.companyId !== companyId)
    throw badRequest("Location not found");
  const app = core.grants.apps.get(grant.appId)!;
  core.install(app, [locationId!]);
  const pair = core.grants.issuePair(core.grants.allow({ ...grant, access: "location", locationId: locationId! }));
  const { companyId: _, ...answer } = tokenAnswer(pair);
  return { ...answer, appId: app.id, versionId: app.versionId };
}

function installedLocations(core: Core, grant: Grant, query: Form) {
  const missing = ["companyId", "appId"].filter((name) => !query[name]).map((name) => `${name} must be a string`);
  if (missing.length > 0) throw unprocessable(missing);
  const app = core.grants.apps.get(query.appId!);
  if (query.companyId !== grant.companyId || app?.id !== grant.appId) throw badRequest("App not found");
  const since = new Map(app.installs.map(({ locationId, installedAt }) => [locationId, installedAt]));
  const words = query.query?.toLowerCase() ?? "";
  const rows = core.state.locations
    .all()
    .filter(
      (l) =>
        l.companyId === query.companyId &&
        l.name.toLowerCase().includes(words) &&
        (!query.locationId || l.id === query.locationId) &&
        (query.isInstalled === undefined || since.has(l.id) === (query.isInstalled === "true")),
    );
  const skip = countOf(query.skip, 0);
  const locations = rows
    .sort((a, b) => a.name.localeCompare(b.name))
    .slice(skip, skip + countOf(query.limit, 20, 500))
    .map((l) => ({
      _id: l.id,
      name: l.name,
      address: `${l.address}, ${l.city}, ${l.state} ${l.postalCode}`,
      isInstalled: since.has(l.id),
      ...(since.has(l.id) && { versionId: app.versionId, installedAt: new Date(since.get(l.id)!).toISOString() }),
    }));
  return { locations, count: rows.length, installToFutureLocations: false };
}

/** A new code for a login whose tokens were lost. */
function reconnect(core: Core, body: Form) {
  const app = core.grants.appOf(body.clientKey ?? "");
  if (!app || app.clientSecret !== body.clientSecret)
    throw new Refusal(401, { error: "UnAuthorized!", error_description: "Invalid client" });
  const { locationId, companyId } = body;
  if (!locationId && !companyId) throw badRequest("Missing parameter: locationId or companyId");
  const grants = core.grants.grants.all().filter((g) => g.kind === "oauth" && !g.revoked && g.appId === app.id);
  const grant = grants.findLast((g) => (locationId ? g.locationId === locationId : !g.locationId && g.companyId === companyId));
  if (!grant) throw badRequest("The app is not installed there");
  const { code, expiresAt } = core.grants.issueCode(grant);
  return { authorizationCode: code, expiresAt: new Date(expiresAt).toISOString() };
}

function tokenAnswer({ grant, accessToken, refreshToken }: TokenPair) {
  return {
    access_token: accessToken,
    token_type: "Bearer",
    expires_in: accessLifeMs / 1000,
    refresh_token: refreshToken,
    scope: grant.scopes.join(" "),
    userType: grant.access === "location" ? "Location" : "Company",
    companyId: grant.companyId,
    ...(grant.locationId && { locationId: grant.locationId }),
    userId: grant.userId,
    planId: "",
    isBulkInstallation: grant.access === "agency",
    ...(grant.access === "agency" && { approvedLocations: [], installToFutureLocations: false, approveAllLocations: false }),
  };
}

/** Fields of a form, a JSON body or a query, texts only. */
function formOf(request: FastifyRequest): Form {
  const given = request.method === "GET" ? request.query : request.body;
  return Object.fromEntries(Object.entries(isObject(given) ? given : {}).map(([name, value]) => [name, textOf(value)]));
}
