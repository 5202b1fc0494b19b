import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { MillraceError } from "#kernel/errors.ts";
import { newToken } from "#kernel/ids.ts";
import { allScopes, type Core } from "./core.ts";
import { acmeDental } from "./defaults.ts";
import { faultKinds, type FaultKind } from "./faults.ts";
import { guardLocal, guardOrigin } from "./guard.ts";
import type { OAuthApp } from "./oauth/grants.ts";
import { seedContacts } from "./seed.ts";
import { httpUrl, type SightMillHook, sightMillHooks } from "./sightmill.ts";

// A form leaves an untouched field as "".
const blank = (value: unknown) => (value === "" ? undefined : value);
const number = z.preprocess(blank, z.coerce.number().optional());
const text = z.preprocess(blank, z.string().optional());
const flag = z.preprocess(
  (value) => (value === "on" || value === "true" ? true : value === "false" ? false : value),
  z.boolean().optional(),
);

const schemas = {
  seed: z.object({ count: z.coerce.number().int().min(1).max(100_000), locationId: z.string().default(acmeDental) }),
  token: z.object({ kind: z.enum(["pit", "oauth"]).default("pit"), locationId: text, scopes: z.array(z.string()).optional() }),
  fault: z.object({
    kind: z.enum(Object.keys(faultKinds) as [FaultKind, ...FaultKind[]]),
    route: text,
    probability: number,
    count: number,
    ms: number,
    status: number,
  }),
  clear: z.object({ id: text }),
  webhook: z.object({ appId: text, url: text, locationIds: z.array(z.string()).optional(), legacySignature: flag }),
  settings: z.object({ indexLagMs: number, refreshGrace: flag }),
  location: z.object({
    allowDuplicateContact: flag,
    duplicateOrder: z
      .array(z.enum(["email", "phone"]))
      .min(1)
      .optional(),
    duplicateShape: z.enum(["meta", "contact", "flat"]).optional(),
    active: flag,
  }),
  email: z.object({ email: z.email() }),
  app: z.object({
    name: z.string().min(1).max(100),
    redirectUris: z.array(z.string()).default([]),
    scopes: z.array(z.string()).optional(),
  }),
  answers: z.object({ count: z.coerce.number().int(), url: text, seed: number }),
  url: z.object({ url: z.string() }),
};

/** What a test or a person at this machine may do to the sandbox from outside. None of it exists at the vendor. */
export function controlRoutes(app: FastifyInstance, core: Core): void {
  app.register(
    async (scope) => {
      scope.addHook("onRequest", async (request) => (request.method === "GET" ? guardLocal(request) : guardOrigin(request)));
      recordRoutes(scope, core);
      loginRoutes(scope, core);
      faultRoutes(scope, core);
      webhookRoutes(scope, core);
      sightMillRoutes(scope, core);
    },
    { prefix: "/sandbox" },
  );
}

function recordRoutes(app: FastifyInstance, core: Core): void {
  app.get("/state", async () => stateView(core));
  app.get<{ Querystring: { limit?: string } }>("/requests", async ({ query }) => ({
    requests: core.log.last(Number(query.limit ?? 100) || 100),
  }));
  app.post("/reset", async (request, reply) => {
    core.reset();
    return done(request, reply, stateView(core), "/");
  });
  app.post("/seed", async (request, reply) => {
    const { count, locationId } = read(schemas.seed, request);
    location(core, locationId);
    return done(request, reply, { seeded: seedContacts(core.state, count, locationId).length }, `/?location=${locationId}`);
  });
  app.post("/settings", async (request) => {
    const { indexLagMs, refreshGrace } = read(schemas.settings, request);
    if (indexLagMs !== undefined) core.state.search.lagMs = indexLagMs;
    if (refreshGrace !== undefined) core.grants.grace = refreshGrace;
    return settingsView(core);
  });
  app.post<{ Params: { id: string } }>("/locations/:id", async (request) => {
    const { allowDuplicateContact, duplicateOrder, duplicateShape, active } = read(schemas.location, request);
    const old = location(core, request.params.id);
    const { allow, order, shape } = old.duplicates;
    const duplicates = { allow: allowDuplicateContact ?? allow, order: duplicateOrder ?? order, shape: duplicateShape ?? shape };
    return core.state.locations.put({ ...old, duplicates, active: active ?? old.active });
  });
  // The vendor's own page can add further e-mails to a contact; its API cannot.
  app.post<{ Params: { id: string } }>("/contacts/:id/emails", async (request, reply) => {
    const { email } = read(schemas.email, request);
    const contact = core.state.contacts.get(request.params.id);
    if (!contact) throw missing("contact", request.params.id);
    const { additionalEmails } = core.state.saveContact({
      ...contact,
      additionalEmails: [...new Set([...contact.additionalEmails, email.toLowerCase()])],
    });
    return done(request, reply, { additionalEmails }, `/ui/contacts/${contact.id}`);
  });
}

function loginRoutes(app: FastifyInstance, core: Core): void {
  app.post("/tokens", async (request) => {
    const wish = read(schemas.token, request);
    if (wish.locationId) location(core, wish.locationId);
    return core.issueToken(wish);
  });
  app.get("/apps", async () => ({ apps: core.grants.apps.all().map(({ clientSecret: _, ...app }) => app) }));
  app.post("/apps", async (request) => {
    const { name, redirectUris, scopes } = read(schemas.app, request);
    return core.grants.apps.put(newApp(core, name, redirectUris, scopes ?? allScopes()));
  });
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

function faultRoutes(app: FastifyInstance, core: Core): void {
  app.get("/faults", async () => ({ faults: core.faults.list(), kinds: faultKinds }));
  app.post("/faults", async (request, reply) => done(request, reply, core.faults.set(read(schemas.fault, request)), "/ui/faults"));
  app.delete("/faults", async () => {
    core.faults.clear();
    return { faults: [] };
  });
  app.delete<{ Params: { id: string } }>("/faults/:id", async ({ params }) => {
    core.faults.clear(params.id);
    return { faults: core.faults.list() };
  });
  app.post("/faults/clear", async (request, reply) => {
    core.faults.clear(read(schemas.clear, request).id);
    return done(request, reply, { faults: core.faults.list() }, "/ui/faults");
  });
}

function webhookRoutes(app: FastifyInstance, core: Core): void {
  app.get("/webhooks", async () => ({ deliveries: core.webhooks.list() }));
  app.get("/keys", async () => ({ ed25519: core.signer.publicKey, rsa: core.signer.legacyPublicKey() }));
  app.post("/webhook", async (request, reply) => {
    const wish = read(schemas.webhook, request);
    const changed = core.setWebhook({ ...wish, url: wish.url && httpUrl(wish.url) });
    if (!changed) throw missing("app", wish.appId ?? "");
    return done(request, reply, webhookView(changed), "/ui/connect");
  });
}

function sightMillRoutes(app: FastifyInstance, core: Core): void {
  app.get("/sightmill", async () => ({
    url: core.sightmill.url ?? null,
    hooks: hookPaths(core),
    sent: core.sightmill.sent(),
    received: core.sightmill.received(),
  }));
  app.post("/sightmill/url", async (request, reply) => {
    core.sightmill.setUrl(read(schemas.url, request).url);
    return done(request, reply, { url: core.sightmill.url }, "/ui/sightmill");
  });
  app.post("/sightmill/answers", async (request, reply) =>
    done(request, reply, await core.sightmill.play(read(schemas.answers, request)), "/ui/sightmill"),
  );
}

/** A form's sender is led back to its page, anybody else gets the result. */
function done(request: FastifyRequest, reply: FastifyReply, result: unknown, back: string) {
  return request.headers["content-type"]?.startsWith("application/x-www-form-urlencoded") ? reply.redirect(back, 303) : result;
}

function read<S extends z.ZodType>(schema: S, request: FastifyRequest): z.infer<S> {
  const parsed = schema.safeParse(request.body ?? {});
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0]!;
  throw new MillraceError("BAD_INPUT", { details: { field: issue.path.join(".") || "body", problem: issue.message } });
}

function location(core: Core, id: string) {
  const found = core.state.locations.get(id);
  if (!found) throw missing("location", id);
  return found;
}

const missing = (what: string, id: string) => new MillraceError("NOT_FOUND", { details: { what, id } });

/** Where the twin listens: the path is the secret. */
export const hookPaths = (core: Core): Record<SightMillHook, string> =>
  Object.fromEntries(
    Object.keys(sightMillHooks).map((hook) => [hook, `/sightmill/${core.sightmill.tokenOf(hook as SightMillHook)}`]),
  ) as Record<SightMillHook, string>;

const settingsView = (core: Core) => ({ indexLagMs: core.state.search.lagMs, refreshGrace: core.grants.grace });
const webhookView = ({ id, webhookUrl, legacySignature, installs }: OAuthApp) => ({
  appId: id,
  url: webhookUrl ?? null,
  legacySignature: legacySignature ?? false,
  locationIds: installs.map(({ locationId }) => locationId),
});

function stateView(core: Core) {
  const { state } = core;
  return {
    agencies: state.agencies.all(),
    locations: state.locations.all().map((l) => ({ ...l, contacts: state.contacts.countIn(l.id) })),
    users: state.users.all(),
    counts: {
      contacts: state.contacts.size,
      notes: state.notes.size,
      tasks: state.tasks.size,
      tags: state.tags.size,
      customFields: state.customFields.size,
    },
    settings: settingsView(core),
    webhooks: core.grants.apps.all().map(webhookView),
    faults: core.faults.list(),
  };
}
