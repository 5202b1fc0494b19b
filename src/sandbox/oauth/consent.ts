import type { FastifyInstance, FastifyReply } from "fastify";
import { isObject } from "#kernel/json.ts";
import type { Core } from "../core.ts";
import { companyId, users } from "../defaults.ts";
import { guardLocal, guardOrigin, pageHeaders } from "../guard.ts";
import { textOf } from "../highlevel/call.ts";
import { html, type Markup } from "../page/html.ts";
import { bare } from "../page/layout.ts";
import type { OAuthApp } from "./app.ts";
import type { Grant } from "./grants.ts";

interface Ask {
  app: OAuthApp;
  redirectUri: string;
  scopes: string[];
  state: string | undefined;
}

const paths = ["/oauth/chooselocation", "/v2/oauth/chooselocation"];

/** Where a person picks the sub-account an app may use. Answers under the new and the old address. */
export function consentRoutes(app: FastifyInstance, core: Core): void {
  for (const path of paths) {
    app.get(path, async (request, reply) => {
      guardLocal(request);
      const ask = readAsk(core, request.query);
      return typeof ask === "string" ? sorry(reply, ask) : send(reply, consentPage(core, ask, path));
    });
    app.post(path, async (request, reply) => {
      guardOrigin(request);
      const ask = readAsk(core, request.body);
      if (typeof ask === "string") return sorry(reply, ask);
      const choice = readChoice(core, isObject(request.body) ? request.body : {});
      if (!choice) return sorry(reply, "No sub-account was chosen.");
      return reply.redirect(approve(core, ask, choice), 303);
    });
  }
}

/** The request for consent, or what is wrong with it. An address that was not registered is never redirected to. */
function readAsk(core: Core, input: unknown): Ask | string {
  const values = isObject(input) ? input : {};
  const clientId = textOf(values.client_id) ?? textOf(values.version_id);
  const app =
    clientId === undefined ? undefined : (core.grants.appOf(clientId) ?? core.grants.apps.all().find((a) => a.versionId === clientId));
  if (!app) return "No app is registered under this client id.";
  const redirectUri = textOf(values.redirect_uri) ?? app.redirectUris[0];
  if (!redirectUri || !mayRedirect(app, redirectUri)) return "The redirect address is not registered with this app.";
  if (values.response_type !== "code") return "Only response_type=code is known.";
  const asked = (textOf(values.scope) ?? app.scopes.join(" ")).split(/[\s+]+/).filter(Boolean);
  const unknown = asked.filter((scope) => !app.scopes.includes(scope));
  if (unknown.length > 0) return `The app may not ask for: ${unknown.join(", ")}.`;
  return { app, redirectUri, scopes: asked, state: textOf(values.state) };
}

function mayRedirect(app: OAuthApp, uri: string): boolean {
  if (app.redirectUris.includes(uri)) return true;
  const url = URL.canParse(uri) ? new URL(uri) : undefined;
  return app.loopbackRedirects && url?.protocol === "http:" && ["127.0.0.1", "localhost", "[::1]"].includes(url.hostname);
}

/** What the form says: one sub-account, several of the agency's, or the agency with all it has. */
interface Choice {
  locationIds: string[];
  bulk: boolean;
  whole: boolean;
  future: boolean;
}

function readChoice({ state }: Core, { location, locations, future }: Record<string, unknown>): Choice | undefined {
  const whole = location === "agency";
  const bulk = whole || location === "several";
  const named = whole ? state.locations.all().map(({ id }) => id) : bulk ? [locations].flat() : [location];
  const locationIds = named.filter((id): id is string => typeof id === "string" && state.locations.get(id) !== undefined);
  return locationIds.length > 0 ? { locationIds, bulk, whole, future: bulk && future === "on" } : undefined;
}

/** One sub-account gives its own login. Several give one of the agency's, with which each gets its own. */
function approve(core: Core, { app, redirectUri, scopes, state }: Ask, { locationIds, bulk, whole, future }: Choice): string {
  const about = { kind: "oauth" as const, appId: app.id, companyId, userId: users.owner, scopes };
  const grant: Grant = core.grants.allow(
    bulk
      ? { ...about, access: "agency", approved: { locationIds, all: whole, future } }
      : { ...about, access: "location", locationId: locationIds[0]! },
  );
  core.installs.approve(app, { locationIds, userId: grant.userId, ...(bulk && (whole || future) && { agency: { future } }) });
  const url = new URL(redirectUri);
  url.searchParams.set("code", core.grants.issueCode(grant, redirectUri).code);
  if (state !== undefined) url.searchParams.set("state", state);
  return url.href;
}

function consentPage(core: Core, ask: Ask, path: string): Markup {
  const hidden = {
    client_id: ask.app.clientId,
    redirect_uri: ask.redirectUri,
    response_type: "code",
    scope: ask.scopes.join(" "),
    state: ask.state,
  };
  const choices = core.state.places();
  return bare(
    "Choose a sub-account",
    html` <form class="consent" method="post" action="${path}">
      <h1>${ask.app.name} asks for access</h1>
      <p class="quiet">Choose the sub-account it may use. ${ask.scopes.length} scopes are asked for.</p>
      ${Object.entries(hidden).map(([name, value]) => value !== undefined && html`<input type="hidden" name="${name}" value="${value}" />`)}
      <fieldset>
        <legend class="hidden">Sub-account</legend>
        ${choices.map(
          (l, i) =>
            html`<label class="choice"
              ><input type="radio" name="location" value="${l.id}" ${i === 0 && html`checked`} required />
              <span>${l.name}<small>${l.city}, ${l.state}</small></span></label
            >`,
        )}
        <label class="choice"
          ><input type="radio" name="location" value="several" />
          <span>Several sub-accounts<small>One login of the agency for those ticked</small></span></label
        >
        <div class="several">
          ${choices.map((l) => html`<label class="tick"><input type="checkbox" name="locations" value="${l.id}" />${l.name}</label>`)}
        </div>
        <label class="choice"
          ><input type="radio" name="location" value="agency" />
          <span>Whole agency<small>${core.state.agencies.get(companyId)?.name}, with all its sub-accounts</small></span></label
        >
        <label class="tick future"><input type="checkbox" name="future" />Also sub-accounts made later</label>
      </fieldset>
      <details>
        <summary>Scopes</summary>
        <p class="quiet wrap">${ask.scopes.join(", ")}</p>
      </details>
      <button class="primary">Allow access</button>
    </form>`,
  );
}

function send(reply: FastifyReply, page: Markup): FastifyReply {
  pageHeaders(reply, { redirects: true });
  return reply.type("text/html; charset=utf-8").send(page.text);
}

function sorry(reply: FastifyReply, problem: string): FastifyReply {
  reply.code(400);
  return send(
    reply,
    bare(
      "Access not possible",
      html`<div class="consent">
        <h1>This link cannot be used</h1>
        <p>${problem}</p>
      </div>`,
    ),
  );
}
