import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { newToken } from "#kernel/ids.ts";
import { allScopes, type Core } from "../core.ts";
import { users } from "../defaults.ts";
import { eventsByHand, noticeByHand } from "../highlevel/events-by-hand.ts";
import { type OAuthApp, retryPolicies, signatureKinds } from "../oauth/app.ts";
import { httpUrl } from "../sightmill.ts";
import { done, flag, inside, list, location, missing, read, text } from "./forms.ts";
import { appView, webhookView } from "./views.ts";

const settings = {
  url: z.string().optional(),
  eventUrls: z.record(z.string(), z.string()).optional(),
  events: list,
  locationIds: list,
  signatures: z.enum(signatureKinds).optional(),
  typed: flag,
  retries: z.enum(retryPolicies).optional(),
};
const schemas = {
  token: z.object({ kind: z.enum(["pit", "oauth"]).default("pit"), locationId: text, scopes: z.array(z.string()).optional() }),
  app: z.object({
    name: z.string().min(1).max(100),
    redirectUris: z.array(z.string()).default([]),
    scopes: z.array(z.string()).optional(),
  }),
  webhook: z.object({ appId: text, ...settings, eventUrl: text, eventName: text, back: text }),
  install: z.object({ locationId: text, locationIds: list, agency: flag, future: flag }),
  uninstall: z.object({ locationId: text }),
  plan: z.object({ locationId: z.string(), planId: text, onTrial: flag }),
  provider: z.object({ type: z.enum(["SMS", "Email", "Custom"]).default("SMS"), deliveryUrl: z.string() }),
  event: z.object({ event: z.string(), locationId: z.string(), payload: z.record(z.string(), z.unknown()).optional() }),
};

/** What a developer does in the vendor's portal, and what its customers do in theirs: apps, tokens, installs, webhooks. */
export function portalControls(app: FastifyInstance, core: Core): void {
  app.post("/tokens", async (request) => {
    const wish = read(schemas.token, request);
    if (wish.locationId) location(core, wish.locationId);
    return core.issueToken(wish);
  });
  app.get("/apps", async () => ({ apps: core.grants.apps.all().map(appView) }));
  app.post("/apps", async (request) => {
    const { name, redirectUris, scopes } = read(schemas.app, request);
    return core.grants.apps.put(newApp(core, name, redirectUris, scopes ?? allScopes()));
  });
  installControls(app, core);
  webhookControls(app, core);
}

interface OfApp {
  Params: { id: string };
}

function installControls(app: FastifyInstance, core: Core): void {
  app.post<OfApp>("/apps/:id/install", async (request, reply) => {
    const { locationId, locationIds = [], agency, future } = read(schemas.install, request);
    const wanted = locationId ? [locationId, ...locationIds] : locationIds;
    for (const id of wanted) location(core, id);
    const approval = { locationIds: wanted, userId: users.owner, ...((agency || future) && { agency: { future: future === true } }) };
    return done(
      request,
      reply,
      appView(core.installs.approve(appOf(core, request.params.id), approval)),
      `/ui/connect?app=${request.params.id}`,
    );
  });
  app.post<OfApp>("/apps/:id/uninstall", async (request, reply) => {
    const { locationId } = read(schemas.uninstall, request);
    const from = appOf(core, request.params.id);
    const left = locationId ? core.installs.remove(from, locationId) : core.installs.removeAll(from);
    return done(request, reply, appView(left), `/ui/connect?app=${request.params.id}`);
  });
  app.post<OfApp>("/apps/:id/plan", async (request, reply) => {
    const { locationId, planId, onTrial } = read(schemas.plan, request);
    location(core, locationId);
    const plan = { ...(planId !== undefined && { planId }), ...(onTrial !== undefined && { onTrial }) };
    return done(
      request,
      reply,
      appView(core.installs.changePlan(appOf(core, request.params.id), locationId, plan)),
      `/ui/connect?app=${request.params.id}`,
    );
  });
  app.post<OfApp>("/apps/:id/providers", async (request, reply) => {
    const { type, deliveryUrl } = read(schemas.provider, request);
    const owner = appOf(core, request.params.id);
    const provider = { id: core.state.newHexId(), type, deliveryUrl: httpUrl(deliveryUrl) };
    core.grants.apps.put({ ...owner, providers: [...(owner.providers ?? []), provider] });
    return done(request, reply, provider, `/ui/connect?app=${request.params.id}`);
  });
  app.post<{ Params: { id: string; provider: string } }>("/apps/:id/providers/:provider/delete", async (request, reply) => {
    const owner = appOf(core, request.params.id);
    const providers = owner.providers?.filter(({ id }) => id !== request.params.provider) ?? [];
    return done(request, reply, appView(core.grants.apps.put({ ...owner, providers })), `/ui/connect?app=${request.params.id}`);
  });
}

function webhookControls(app: FastifyInstance, core: Core): void {
  app.get("/webhooks", async () => ({ deliveries: core.webhooks.list() }));
  app.get("/keys", async () => ({ ed25519: core.signer.publicKey, rsa: core.signer.legacyPublicKey() }));
  app.post("/webhook", async (request, reply) => {
    const { url, eventUrls = {}, eventName, eventUrl = "", back, ...wish } = read(schemas.webhook, request);
    const named = eventName ? { ...eventUrls, [eventName]: eventUrl } : eventUrls;
    const changed = core.setWebhook({
      ...wish,
      ...(url !== undefined && { url: url && httpUrl(url) }),
      eventUrls: Object.fromEntries(Object.entries(named).map(([event, to]) => [event, to && httpUrl(to)])),
    });
    if (!changed) throw missing("app", wish.appId ?? "");
    return done(request, reply, webhookView(changed), inside(back, "/ui/webhooks"));
  });
  app.post<OfApp>("/webhooks/:id/again", async (request, reply) => {
    const sent = core.webhooks.again(request.params.id);
    if (!sent) throw missing("webhook", request.params.id);
    return done(request, reply, sent, "/ui/webhooks");
  });
  app.get("/events", async () => ({ events: eventsByHand }));
  app.post("/events", async (request, reply) => {
    const { event, locationId, payload } = read(schemas.event, request);
    location(core, locationId);
    const notice = noticeByHand(event, locationId, core.state, payload);
    core.tell(event, notice);
    return done(request, reply, { event, payload: notice.payload }, "/ui/webhooks");
  });
}

function appOf(core: Core, id: string): OAuthApp {
  const app = core.grants.apps.get(id);
  if (!app) throw missing("app", id);
  return app;
}

function newApp(core: Core, name: string, redirectUris: string[], scopes: string[]): OAuthApp {
  const id = core.state.newHexId();
  return {
    id,
    clientId: `${id}-${newToken(6).toLowerCase()}`,
    clientSecret: newToken(24),
    versionId: id,
    name,
    redirectUris,
    loopbackRedirects: redirectUris.length === 0,
    scopes,
    installs: [],
  };
}
