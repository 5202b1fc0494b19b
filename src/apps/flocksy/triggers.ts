import type { JsonObject } from "#kernel/json.ts";
import type { JsonSchema, WebhookTrigger } from "#catalog/types.ts";
import { operations } from "./operations.ts";

const note =
  "Signed with the webhook's own secret: HMAC with SHA-256 over the body, in hex after sha256= in the header X-Flocksy-Signature.";
const schemaOf = (list: string): JsonSchema => operations.find(({ id }) => id === list)!.output!.items!;
const exampleOf = (list: string): JsonObject => (operations.find(({ id }) => id === list)!.example!.output as JsonObject[])[0]!;

interface Facts {
  id: string;
  title: string;
  category: string;
  /** The list that finds what the webhook should have told, and the name its rows go by in the event. */
  list: string;
  wrap: string;
  reconcile: Omit<NonNullable<WebhookTrigger["reconcile"]>, "operation" | "wrap">;
  identity: string;
  person?: string[];
}

function trigger({ list, wrap, reconcile, identity, ...facts }: Facts): WebhookTrigger {
  return {
    app: "flocksy",
    kind: "webhook",
    ...facts,
    key: ["id"],
    record: `${wrap}.${identity}`,
    at: "at",
    accepts: { event: [facts.id] },
    reconcile: { operation: list, wrap, ...reconcile },
    output: {
      type: "object",
      properties: { id: { type: "string" }, event: { type: "string" }, at: { type: "string" }, [wrap]: schemaOf(list) },
    },
    example: { id: "fevt_1", event: facts.id, at: "2026-11-30T07:00:00.000Z", [wrap]: exampleOf(list) },
    note,
  };
}

const profileFields = ["name", "email", "phone", "segments", "tagIds"];

export const triggers: WebhookTrigger[] = [
  trigger({
    id: "tag.changed",
    title: "Tag Created or Changed",
    category: "Tags",
    list: "tags.list",
    wrap: "tag",
    identity: "id",
    reconcile: { emit: "changed", only: ["name", "colour", "description"], carries: ["name", "colour", "description"] },
  }),
  trigger({
    id: "tag.deleted",
    title: "Tag Deleted",
    category: "Tags",
    list: "tags.list",
    wrap: "tag",
    identity: "id",
    reconcile: { emit: "deleted" },
  }),
  trigger({
    id: "profile.changed",
    title: "Profile Created or Changed",
    category: "Profiles",
    list: "profiles.list",
    wrap: "profile",
    identity: "userId",
    person: ["profile.email", "profile.name"],
    reconcile: { emit: "changed", only: profileFields, carries: profileFields },
  }),
  trigger({
    id: "profile.deleted",
    title: "Profile Deleted",
    category: "Profiles",
    list: "profiles.list",
    wrap: "profile",
    identity: "userId",
    person: ["profile.email", "profile.name"],
    reconcile: { emit: "deleted" },
  }),
  trigger({
    id: "metric.wanted",
    title: "Metric Wanted",
    category: "Dashboards",
    list: "metrics.list_wanted",
    wrap: "metric",
    identity: "id",
    reconcile: { emit: "new", made: "askedAt" },
  }),
];
