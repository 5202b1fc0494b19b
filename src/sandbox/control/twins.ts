import type { FastifyInstance } from "fastify";
import { z } from "zod";
import type { Core } from "../core.ts";
import { done, list, read, text } from "./forms.ts";

const filled = z.string().trim().min(1);
const words = z.preprocess((value) => (typeof value === "string" ? value.split(",").map((word) => word.trim()) : value), list);
const schemas = {
  hook: z.object({ url: z.url({ protocol: /^https?$/ }), events: list }),
  tag: z.object({ name: filled, colour: text, description: text, locationId: text }),
  profile: z.object({ userId: filled, name: text, segments: words, tagIds: words }),
  wanted: z.object({ metricId: filled, date: filled, locationId: filled }),
  detail: z.object({ locationId: filled, tagId: filled, name: filled, colour: text, description: text }),
  statistics: z.object({ locationId: filled }),
};

/** What a person does by hand in the twins, and what they have. */
export function twinControls(app: FastifyInstance, core: Core): void {
  flocksyControls(app, core);
  yourAppControls(app, core);
}

function flocksyControls(app: FastifyInstance, { flocksy }: Core): void {
  const [prefix, back] = ["/flocksy", "/ui/flocksy"];
  app.get(prefix, async () => ({
    client: flocksy.logins.client,
    key: flocksy.logins.key,
    tags: flocksy.tags.all(),
    mappings: flocksy.mappings.all(),
    metrics: flocksy.metrics.all(),
    wanted: flocksy.wanted.all(),
    profiles: flocksy.profiles.all(),
    campaigns: flocksy.campaigns.all(),
    webhooks: flocksy.hooks.list(),
    sent: flocksy.hooks.sent(),
  }));
  app.post(`${prefix}/tags`, async (request, reply) => done(request, reply, flocksy.upsertTag(read(schemas.tag, request)), back));
  app.post(`${prefix}/profiles`, async (request, reply) =>
    done(request, reply, flocksy.upsertProfile(read(schemas.profile, request)), back),
  );
  app.post(`${prefix}/wanted`, async (request, reply) => done(request, reply, flocksy.wantMetric(read(schemas.wanted, request)), back));
  app.post(`${prefix}/webhooks`, async (request, reply) => {
    const { url, events = ["tag.changed", "profile.changed", "metric.wanted"] } = read(schemas.hook, request);
    return done(request, reply, flocksy.hooks.subscribe(url, events), back);
  });
}

function yourAppControls(app: FastifyInstance, { yourApp }: Core): void {
  const [prefix, back] = ["/your-app", "/ui/your-app"];
  app.get(prefix, async () => ({
    client: yourApp.logins.client,
    tags: yourApp.tags.all(),
    tagDetails: yourApp.details.all(),
    statistics: yourApp.statistics.all(),
    webhooks: yourApp.hooks.list(),
    sent: yourApp.hooks.sent(),
  }));
  app.post(`${prefix}/tag-details`, async (request, reply) => {
    const { colour, description, ...detail } = read(schemas.detail, request);
    return done(request, reply, yourApp.saveDetail({ ...detail, colour, description }), back);
  });
  app.post(`${prefix}/statistics`, async (request, reply) => {
    yourApp.askForStatistics(read(schemas.statistics, request).locationId);
    return done(request, reply, { asked: true }, back);
  });
}
