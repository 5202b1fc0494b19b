import { isObject } from "#kernel/json.ts";
import { unprocessable } from "../../refusal.ts";
import type { TwinRoute } from "../door.ts";
import { BodyReader, inPlace, pageByAddress, pageOf, there } from "../read.ts";
import { type LocationTags, type YourApp, yourAppEvents } from "./your-app.ts";

const instant = { pattern: /^\d{4}-\d\d-\d\dT\d\d:\d\d/, words: "must be a time such as 2026-11-30T07:00:00Z" };
const web = { pattern: /^https?:\/\/[^\s]+$/, words: "must be an http or https address" };

/** What the pretend customer's app does at each of its addresses: those of its own document. */
export const yourAppRoutes = (app: YourApp): TwinRoute[] => [
  ...tagRoutes(app),
  ...detailRoutes(app),
  ...statisticsRoutes(app),
  ...webhookRoutes(app),
];

function tagRoutes(app: YourApp): TwinRoute[] {
  const path = "/locations/:locationId/tags";
  return [
    {
      method: "GET",
      path,
      scope: "tags:read",
      run: ({ params }) => ({ ...there(app.tags.get(params["locationId"]!), "sub-account") }),
    },
    {
      method: "PUT",
      path,
      scope: "tags:write",
      run({ params, body }) {
        const reader = new BodyReader(body);
        const timestamp = reader.needed("timestamp", instant);
        reader.end();
        return { ...app.replaceTags(params["locationId"]!, tagsIn(body["tags"]), timestamp) };
      },
    },
  ];
}

function tagsIn(value: unknown): LocationTags["tags"] {
  const isTag = (each: unknown): each is LocationTags["tags"][number] => isObject(each) && typeof each["name"] === "string";
  if (!Array.isArray(value) || !value.every(isTag)) throw unprocessable(["tags must be a list of objects with a name"]);
  return value.map(({ id, name }) => ({ ...(id !== undefined && { id: String(id) }), name }));
}

function detailRoutes(app: YourApp): TwinRoute[] {
  const found = (id: string | undefined) => there(app.details.get(id ?? ""), "tag detail");
  return [
    {
      method: "GET",
      path: "/tag-details",
      scope: "tags:read",
      run(request) {
        const since = request.query["changedSince"] ?? "";
        const changed = inPlace(app.details.all(), request).filter(({ changedAt }) => changedAt >= since);
        return pageOf("tagDetails", changed, request);
      },
    },
    {
      method: "GET",
      path: "/tag-details/:tagDetailId",
      scope: "tags:read",
      run: ({ params }) => ({ tagDetail: found(params["tagDetailId"]) }),
    },
    {
      method: "PATCH",
      path: "/tag-details/:tagDetailId",
      scope: "tags:write",
      run({ params, body }) {
        const reader = new BodyReader(body);
        const name = reader.text("name");
        const change = {
          ...(name !== undefined && { name }),
          ...emptied("colour", reader.textOrNull("colour")),
          ...emptied("description", reader.textOrNull("description")),
        };
        reader.end();
        return { tagDetail: app.changeDetail(found(params["tagDetailId"]), change) };
      },
    },
    {
      method: "DELETE",
      path: "/tag-details/:tagDetailId",
      scope: "tags:write",
      run({ params }) {
        app.deleteDetail(found(params["tagDetailId"]));
        return { deleted: true };
      },
    },
    {
      method: "PUT",
      path: "/tag-details",
      scope: "tags:write",
      run({ body }) {
        const reader = new BodyReader(body);
        const [locationId, tagId, name] = [reader.needed("locationId"), reader.needed("tagId"), reader.needed("name")];
        const more = { colour: reader.text("colour"), description: reader.text("description") };
        reader.end();
        return { tagDetail: app.saveDetail({ locationId, tagId, name, ...more }) };
      },
    },
    {
      method: "POST",
      path: "/tag-details/confirm",
      scope: "tags:write",
      run({ body }) {
        const reader = new BodyReader(body);
        const id = reader.needed("tagDetailId");
        reader.end();
        return { tagDetail: app.confirm(found(id)) };
      },
    },
  ];
}

const emptied = (name: string, value: string | null | undefined) => (value === undefined ? {} : { [name]: value });

function statisticsRoutes(app: YourApp): TwinRoute[] {
  const read = { scope: "statistics:read" };
  return [
    {
      method: "GET",
      path: "/statistics",
      ...read,
      run: (request) => pageByAddress("statistics", inPlace(app.statistics.all(), request), request),
    },
    {
      method: "POST",
      path: "/statistics",
      scope: "statistics:write",
      run({ body, idempotencyKey }) {
        const reader = new BodyReader(body);
        const [locationId, timestamp] = [reader.needed("locationId"), reader.needed("timestamp", instant)];
        reader.end();
        return { ...app.addStatistics({ locationId, timestamp, statistics: numbersIn(body["statistics"]) }, idempotencyKey) };
      },
    },
    {
      method: "GET",
      path: "/charts/:metric",
      ...read,
      run({ params, query }) {
        const metric = params["metric"]!;
        return { metric, points: app.chart(metric, query["locationId"]) };
      },
    },
  ];
}

function numbersIn(value: unknown): Record<string, number> {
  const isNumbers = (each: unknown): each is Record<string, number> =>
    isObject(each) && Object.keys(each).length > 0 && Object.values(each).every((one) => typeof one === "number");
  if (!isNumbers(value)) throw unprocessable(["statistics must be an object of numbers by name"]);
  return value;
}

function webhookRoutes({ hooks }: YourApp): TwinRoute[] {
  const manage = { scope: "webhooks:manage" };
  return [
    { method: "GET", path: "/webhooks", ...manage, run: () => ({ webhooks: hooks.list().map(({ secret: _, ...shown }) => shown) }) },
    {
      method: "POST",
      path: "/webhooks",
      ...manage,
      run({ body }) {
        const reader = new BodyReader(body);
        const [url, events] = [reader.needed("url", web), reader.texts("events") ?? [...yourAppEvents]];
        reader.end();
        return { ...hooks.subscribe(url, events) };
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
