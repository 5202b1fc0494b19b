import type { TwinRoute } from "../door.ts";
import { BodyReader, inOrder, inPlace, pageOf, there } from "../read.ts";
import { type Flocksy, flocksyEvents } from "./flocksy.ts";

const day = { pattern: /^\d{4}-\d\d-\d\d$/, words: "must be a day such as 2026-11-30" };
const web = { pattern: /^https?:\/\/[^\s]+$/, words: "must be an http or https address" };
const colour = { pattern: /^#[0-9a-f]{6}$/i, words: "must be a colour such as #b45309" };
const account = { id: "facc_sandbox", name: "Flocksy sandbox" };

/** What the pretend Flocksy does at each of its addresses. */
export const flocksyRoutes = (flocksy: Flocksy): TwinRoute[] => [
  { method: "GET", path: "/account", run: () => ({ account }) },
  ...tagRoutes(flocksy),
  ...mappingRoutes(flocksy),
  ...metricRoutes(flocksy),
  ...profileRoutes(flocksy),
  ...campaignRoutes(flocksy),
  ...webhookRoutes(flocksy),
];

function tagRoutes(flocksy: Flocksy): TwinRoute[] {
  const { tags } = flocksy;
  const read = { scope: "tags.readonly" };
  const write = { scope: "tags.write" };
  return [
    { method: "GET", path: "/tags", ...read, run: (request) => pageOf("tags", inOrder(inPlace(tags.all(), request), request), request) },
    { method: "GET", path: "/tags/:tagId", ...read, run: ({ params }) => ({ tag: there(tags.get(params["tagId"]!), "tag") }) },
    {
      method: "PUT",
      path: "/tags",
      ...write,
      run({ body }) {
        const reader = new BodyReader(body);
        const tag = {
          name: reader.needed("name"),
          colour: reader.text("colour", colour),
          description: reader.text("description"),
          externalId: reader.text("externalId"),
          locationId: reader.text("locationId"),
        };
        reader.end();
        return { tag: flocksy.upsertTag(tag) };
      },
    },
    {
      method: "DELETE",
      path: "/tags/:tagId",
      ...write,
      run({ params }) {
        flocksy.deleteTag(there(tags.get(params["tagId"]!), "tag"));
        return { deleted: true };
      },
    },
    {
      method: "PUT",
      path: "/tags/:tagId",
      ...write,
      run({ params, body }) {
        const reader = new BodyReader(body);
        const change = {
          name: reader.text("name"),
          colour: reader.textOrNull("colour", colour),
          description: reader.textOrNull("description"),
          externalId: reader.textOrNull("externalId"),
        };
        reader.end();
        return { tag: flocksy.updateTag(there(tags.get(params["tagId"]!), "tag"), change) };
      },
    },
  ];
}

function mappingRoutes(flocksy: Flocksy): TwinRoute[] {
  const { mappings } = flocksy;
  return [
    {
      method: "GET",
      path: "/tag-mappings",
      scope: "tags.readonly",
      run: (request) => pageOf("mappings", inPlace(mappings.all(), request), request),
    },
    {
      method: "PUT",
      path: "/tag-mappings",
      scope: "tags.write",
      run({ body }) {
        const reader = new BodyReader(body);
        const mapping = {
          locationId: reader.needed("locationId"),
          tagId: reader.needed("tagId"),
          tagName: reader.needed("tagName"),
          details: reader.text("details"),
          flocksyTagId: reader.text("flocksyTagId"),
        };
        reader.end();
        return { mapping: flocksy.upsertMapping(mapping) };
      },
    },
    {
      method: "DELETE",
      path: "/tag-mappings/:mappingId",
      scope: "tags.write",
      run({ params }) {
        mappings.delete(there(mappings.get(params["mappingId"]!), "mapping").id);
        return { deleted: true };
      },
    },
    {
      method: "GET",
      path: "/tag-mappings/:mappingId",
      scope: "tags.readonly",
      run: ({ params }) => ({ mapping: there(mappings.get(params["mappingId"]!), "mapping") }),
    },
    {
      method: "PUT",
      path: "/tag-mappings/:mappingId",
      scope: "tags.write",
      run({ params, body }) {
        const reader = new BodyReader(body);
        const change = {
          tagName: reader.text("tagName"),
          details: reader.textOrNull("details"),
          flocksyTagId: reader.textOrNull("flocksyTagId"),
        };
        reader.end();
        return { mapping: flocksy.updateMapping(there(mappings.get(params["mappingId"]!), "mapping"), change) };
      },
    },
  ];
}

function metricRoutes(flocksy: Flocksy): TwinRoute[] {
  const read = { scope: "metrics.readonly" };
  return [
    {
      method: "GET",
      path: "/metrics",
      ...read,
      run(request) {
        const { metricId, from, to } = request.query;
        const wanted = inPlace(flocksy.metrics.all(), request).filter(
          (metric) => (!metricId || metric.metricId === metricId) && (!from || metric.date >= from) && (!to || metric.date <= to),
        );
        return pageOf("metrics", wanted, request);
      },
    },
    {
      method: "GET",
      path: "/metrics/wanted",
      ...read,
      run: (request) => pageOf("wanted", inPlace(flocksy.wanted.all(), request), request),
    },
    {
      method: "PUT",
      path: "/metrics",
      scope: "metrics.write",
      run({ body }) {
        const reader = new BodyReader(body);
        const [metricId, date] = [reader.needed("metricId"), reader.needed("date", day)];
        const [value, locationId] = [reader.number("value"), reader.needed("locationId")];
        reader.end();
        return { metric: flocksy.upsertMetric({ metricId, date, value, locationId }) };
      },
    },
  ];
}

function profileRoutes(flocksy: Flocksy): TwinRoute[] {
  const { profiles } = flocksy;
  return [
    {
      method: "GET",
      path: "/profiles",
      scope: "profiles.readonly",
      run: (request) => pageOf("profiles", inOrder(inPlace(profiles.all(), request), request), request),
    },
    {
      method: "GET",
      path: "/profiles/:userId",
      scope: "profiles.readonly",
      run: ({ params }) => ({ profile: there(profiles.get(params["userId"]!), "profile") }),
    },
    {
      method: "PUT",
      path: "/profiles/:userId",
      scope: "profiles.write",
      run({ params, body }) {
        const reader = new BodyReader(body);
        const profile = {
          userId: params["userId"]!,
          locationId: reader.text("locationId"),
          name: reader.textOrNull("name"),
          email: reader.textOrNull("email"),
          phone: reader.textOrNull("phone"),
          segments: reader.texts("segments"),
          tagIds: reader.texts("tagIds"),
        };
        reader.end();
        return { profile: flocksy.upsertProfile(profile) };
      },
    },
    {
      method: "DELETE",
      path: "/profiles/:userId",
      scope: "profiles.write",
      run({ params }) {
        flocksy.deleteProfile(there(profiles.get(params["userId"]!), "profile"));
        return { deleted: true };
      },
    },
  ];
}

function campaignRoutes(flocksy: Flocksy): TwinRoute[] {
  const { campaigns } = flocksy;
  const write = { scope: "campaigns.write" };
  return [
    {
      method: "GET",
      path: "/campaigns",
      scope: "campaigns.readonly",
      run(request) {
        const { tag } = request.query;
        return pageOf(
          "campaigns",
          inPlace(campaigns.all(), request).filter(({ tags }) => !tag || tags.includes(tag)),
          request,
        );
      },
    },
    {
      method: "POST",
      path: "/campaigns/:campaignId/refresh",
      ...write,
      run: ({ params }) => ({ campaign: flocksy.refresh(there(campaigns.get(params["campaignId"]!), "campaign")) }),
    },
    {
      method: "POST",
      path: "/campaigns/refresh",
      ...write,
      run({ body }) {
        const reader = new BodyReader(body);
        const [tag, segment] = [reader.text("tag"), reader.text("segment")];
        if (tag === undefined && segment === undefined) reader.needed("tag");
        reader.end();
        const meant = campaigns.all().filter(({ tags, segments }) => tags.includes(tag ?? "") || segments.includes(segment ?? ""));
        return { campaigns: meant.map((campaign) => flocksy.refresh(campaign)) };
      },
    },
  ];
}

function webhookRoutes({ hooks }: Flocksy): TwinRoute[] {
  const manage = { scope: "webhooks.write" };
  return [
    {
      method: "GET",
      path: "/webhooks",
      ...manage,
      run: (request) =>
        pageOf(
          "webhooks",
          hooks.list().map(({ secret: _, ...shown }) => shown),
          request,
        ),
    },
    {
      method: "POST",
      path: "/webhooks",
      ...manage,
      run({ body }) {
        const reader = new BodyReader(body);
        const [url, events] = [reader.needed("url", web), reader.texts("events") ?? [...flocksyEvents]];
        reader.end();
        return { webhook: hooks.subscribe(url, events) };
      },
    },
    {
      method: "DELETE",
      path: "/webhooks/:webhookId",
      ...manage,
      run({ params }) {
        there(hooks.unsubscribe(params["webhookId"]!) || undefined, "webhook");
        return { deleted: true };
      },
    },
  ];
}
