import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { minuteMs } from "#kernel/durations.ts";
import { done, number, read, text } from "./control/forms.ts";
import { portalControls } from "./control/portal.ts";
import { recordControls } from "./control/records.ts";
import { twinControls } from "./control/twins.ts";
import type { Core } from "./core.ts";
import { faultKinds, type FaultKind } from "./faults.ts";
import { guardLocal, guardOrigin } from "./guard.ts";
import { type SightMillHook, sightMillHooks, type SightMillPost, sightMillPosts } from "./sightmill.ts";

const schemas = {
  fault: z.object({
    kind: z.enum(Object.keys(faultKinds) as [FaultKind, ...FaultKind[]]),
    route: text,
    probability: number,
    count: number,
    ms: number,
    status: number,
  }),
  clear: z.object({ id: text }),
  answers: z.object({ count: z.coerce.number().int(), url: text, seed: number }),
  url: z.object({ url: z.string() }),
  survey: z.object({ url: text }),
  post: z.looseObject({
    kind: z.enum(Object.keys(sightMillPosts) as [SightMillPost, ...SightMillPost[]]),
    url: text,
    afterMinutes: number,
  }),
};

/** What a test or a person at this machine may do to the sandbox from outside. None of it exists at the vendor. */
export function controlRoutes(app: FastifyInstance, core: Core): void {
  app.register(
    async (scope) => {
      scope.addHook("onRequest", async (request) => (request.method === "GET" ? guardLocal(request) : guardOrigin(request)));
      recordControls(scope, core);
      portalControls(scope, core);
      faultRoutes(scope, core);
      sightMillRoutes(scope, core);
      twinControls(scope, core);
    },
    { prefix: "/sandbox" },
  );
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

function sightMillRoutes(app: FastifyInstance, core: Core): void {
  app.get("/sightmill", async () => ({
    url: core.sightmill.url ?? null,
    hooks: hookPaths(core),
    sent: core.sightmill.sent(),
    posted: core.sightmill.posted(),
    received: core.sightmill.received(),
  }));
  app.post("/sightmill/url", async (request, reply) => {
    core.sightmill.setUrl(read(schemas.url, request).url);
    return done(request, reply, { url: core.sightmill.url }, "/ui/sightmill");
  });
  app.post("/sightmill/answers", async (request, reply) =>
    done(request, reply, await core.sightmill.play(read(schemas.answers, request)), "/ui/sightmill"),
  );
  app.post("/sightmill/survey", async (request, reply) =>
    done(request, reply, await core.sightmill.survey(read(schemas.survey, request).url), "/ui/sightmill"),
  );
  app.post("/sightmill/posts", async (request, reply) => {
    const { kind, url, afterMinutes = 0, ...fields } = read(schemas.post, request);
    const status = await core.sightmill.post(kind, textsOf(fields), { url, afterMs: afterMinutes * minuteMs });
    return done(request, reply, { status }, "/ui/sightmill");
  });
}

/** The members of a post beside what steers it, as texts. */
const textsOf = (members: Record<string, unknown>): Record<string, string> =>
  Object.fromEntries(
    Object.entries(members).flatMap(([name, value]) => (typeof value === "string" && value !== "" ? [[name, value]] : [])),
  );

/** Where the twin listens: the path is the secret. */
export const hookPaths = (core: Core): Record<SightMillHook, string> =>
  Object.fromEntries(
    Object.keys(sightMillHooks).map((hook) => [hook, `/sightmill/${core.sightmill.tokenOf(hook as SightMillHook)}`]),
  ) as Record<SightMillHook, string>;
