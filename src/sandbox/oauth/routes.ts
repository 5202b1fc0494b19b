import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { endpointFacts } from "#apps/highlevel/facts.ts";
import type { Core } from "../core.ts";
import { badRequest, Refusal, unprocessable } from "../refusal.ts";
import { checkVersion, type Demands } from "../rim/access.ts";
import { breakEarly, enter, headerOf, isNewer, type Place } from "../rim/entry.ts";
import { isInstalled, type OAuthApp } from "./app.ts";
import { type Dialect, dialectOf, type Form, formOf } from "./dialects.ts";
import { accessLifeMs, type Grant, type TokenPair } from "./grants.ts";
import { installedLocations, installedPage } from "./installed.ts";

/** Tokens for codes, for refresh tokens, for a location of the agency, and for a lost login. */
export function oauthRoutes(app: FastifyInstance, core: Core): void {
  const token = { method: "POST", path: "/oauth/token" } as const;
  app.post("/oauth/token", { onRequest: (request, reply) => breakEarly(core, request, reply, token) }, async (request) => {
    const version = headerOf(request, "version");
    checkVersion(version, false);
    const dialect = dialectOf(version);
    return dialect.write(exchange(core, dialect.read(request.body), dialect));
  });

  const locationToken = endpointFacts("oauth/get-location-access-token")!.endpoint;
  const mint = async (request: FastifyRequest, reply: FastifyReply) => {
    if (request.trip.dropped) return reply;
    reply.code(201); // 200 in the description, 201 on the wire
    return dialectOf(headerOf(request, "version")).write(mintLocationToken(core, request.trip.grant!, formOf(request.body)));
  };
  app.post("/oauth/locationToken", { onRequest: (request, reply) => knock(core, request, reply, locationToken) }, mint);
  const newToken = { ...locationToken, path: "/oauth/location-token", version: "v3", only: "v3" as const };
  app.post(newToken.path, { onRequest: (request, reply) => knock(core, request, reply, newToken) }, mint);

  const installed = endpointFacts("oauth/get-installed-location")!.endpoint;
  app.get(installed.path, { onRequest: (request, reply) => knock(core, request, reply, installed) }, async (request) =>
    installedLocations(core, request.trip.grant!, formOf(request.query)),
  );
  const newInstalled = { ...installed, path: "/oauth/installed-locations", version: "v3", only: "v3" as const };
  app.get(newInstalled.path, { onRequest: (request, reply) => knock(core, request, reply, newInstalled) }, async (request) =>
    installedPage(core, request.trip.grant!, formOf(request.query)),
  );

  app.post("/oauth/reconnect", async (request, reply) => {
    reply.code(201);
    return reconnect(core, formOf(request.body));
  });
}

/** The older addresses were removed in the newer version. */
async function knock(core: Core, request: FastifyRequest, reply: FastifyReply, place: Place & Demands): Promise<void> {
  if (place.only === undefined && isNewer(request)) throw removed(request.url);
  await enter(core, request, reply, place, place);
}

const removed = (address: string) =>
  badRequest(
    `Endpoint ${address} not available in API version v3. This endpoint was removed in version v3. Please use a version before v3.`,
    { error: "Bad Request" },
  );

function exchange(core: Core, form: Form, { name }: Dialect): Record<string, unknown> {
  for (const needed of ["client_id", "client_secret", "grant_type"]) if (!form[needed]) throw lacks(name(needed));
  if (form.grant_type === "authorization_code") return tokenAnswer(fromCode(core, form));
  if (form.grant_type !== "refresh_token") throw badRequest(`Invalid parameter: ${name("grant_type")}`);
  if (!form.refresh_token) throw lacks(name("refresh_token"));
  return tokenAnswer(fromRefresh(core, form, form.refresh_token));
}

const lacks = (parameter: string) => badRequest(`Missing parameter: ${parameter}`);

/** A wrong code and a wrong secret look alike, so that nobody can try secrets alone. */
function fromCode(core: Core, form: Form): TokenPair {
  if (!form.code) throw lacks("code");
  const used = core.grants.useCode(form.code);
  if (!used || !ownerOf(core, used.grant, form))
    throw new Refusal(401, { error: "UnAuthorized!", error_description: "Authorization code not found" });
  if (used.redirectUri && form.redirect_uri && form.redirect_uri !== used.redirectUri) throw badRequest("Invalid parameter: redirect_uri");
  return core.grants.issuePair(used.grant);
}

function fromRefresh(core: Core, form: Form, token: string): TokenPair {
  if (core.faults.strike("refresh_spent", "/oauth/token", "POST /oauth/token")) core.grants.spend(token);
  const grant = core.grants.refreshable(token);
  if (!grant || !ownerOf(core, grant, form)) throw badRequest("Invalid grant: refresh token is invalid");
  const paused = grant.locationId && core.state.locations.get(grant.locationId)?.active === false;
  // The refresh token is not spent: it works again once the location is active.
  if (paused || core.faults.strike("location_inactive", "/oauth/token", "POST /oauth/token")) throw badRequest("Location is not active");
  return core.grants.refresh(token)!;
}

function ownerOf(core: Core, grant: Grant, form: Form): OAuthApp | undefined {
  const app = core.grants.appOf(form.client_id!);
  return app && app.id === grant.appId && app.clientSecret === form.client_secret ? app : undefined;
}

function mintLocationToken(core: Core, grant: Grant, form: Form): Record<string, unknown> {
  const { companyId, locationId } = form;
  const missing = Object.entries({ companyId, locationId })
    .filter(([, value]) => !value)
    .map(([name]) => `${name} must be a string`);
  if (missing.length > 0) throw unprocessable(missing);
  const location = core.state.locations.get(locationId!);
  if (companyId !== grant.companyId || location?.companyId !== companyId) throw badRequest("Location not found");
  const app = core.grants.apps.get(grant.appId)!;
  if (!isInstalled(app, [location!.id])) throw badRequest("The app is not installed on this location");
  if (!location!.active) throw badRequest("Location is not active");
  const { approved: _, ...about } = grant;
  const pair = core.grants.issuePair(core.grants.allow({ ...about, access: "location", locationId: location!.id }));
  const { companyId: __, ...answer } = tokenAnswer(pair);
  return { ...answer, appId: app.id, versionId: app.versionId };
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

function tokenAnswer({ grant, accessToken, refreshToken }: TokenPair): Record<string, unknown> {
  const { approved = { locationIds: [], all: false, future: false } } = grant;
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
    ...(grant.access === "agency" && {
      approvedLocations: approved.locationIds,
      installToFutureLocations: approved.future,
      approveAllLocations: approved.all,
    }),
  };
}
