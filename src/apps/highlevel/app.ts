import type { App, ProbeRead } from "#catalog/types.ts";
import { changeTriggers } from "./changes/index.ts";
import { inbox } from "./inbox.ts";
import { subAccounts } from "./judgement/sub-accounts.ts";
import { judgedOperations } from "./operations.ts";
import { records } from "./records.ts";
import { recipes } from "./recipes/index.ts";
import { contacts } from "./messages.ts";
import { refusals } from "./refusals.ts";
import { tags } from "./tags.ts";
import { webhooks } from "./webhooks/index.ts";

const operations = [...judgedOperations, ...recipes.map((r) => r.operation)];

const agency = { lacks: "locationId" } as const;
const subAccount = { has: "locationId" } as const;

/**
 * What only an agency may read comes first for an agency. Each of the others lists a little of the connection's own sub-account and asks
 * for another scope.
 */
const probe: readonly ProbeRead[] = [
  { operation: "companies.get", lacks: "locationId", has: "companyId" },
  { operation: "locations.list", ...agency, place: "id" },
  { operation: "contacts.list", input: { limit: 1 }, ...subAccount },
  { operation: "locations.get", ...subAccount },
  { operation: "calendars.list", ...subAccount },
  { operation: "opportunities.list_pipelines", ...subAccount },
  { operation: "locations.list_tags", ...subAccount },
  { operation: "locations.list_custom_fields", ...subAccount },
  { operation: "users.list_by_location", ...subAccount },
  { operation: "social.list_tags", ...subAccount },
];

export const highlevel: App = {
  id: "highlevel",
  title: "HighLevel",
  baseUrl: "https://services.leadconnectorhq.com",
  auth: [
    {
      kind: "token",
      title: "Private Integration token",
      header: "Authorization",
      prefix: "Bearer ",
      rotateDays: 90,
      fields: [
        {
          name: "token",
          in: "secret",
          label: "Token",
          help: "In HighLevel: Settings, Private integrations. It begins with pit-.",
          required: true,
        },
      ],
    },
    {
      kind: "oauth2",
      title: "Tokens of a marketplace app",
      authorizeUrl: "https://marketplace.leadconnectorhq.com/v2/oauth/chooselocation",
      tokenUrl: "https://services.leadconnectorhq.com/oauth/token",
      tokenPath: "/oauth/token",
      scopes: [...new Set(operations.flatMap((o) => o.scopes))].sort(),
      register:
        "In HighLevel's developer portal: My apps, your app, Advanced settings, Auth. Add the redirect address, tick the scopes and make a client key. HighLevel takes only an https address.",
      pkce: false,
      whiteLabel: true,
    },
  ],
  place: [
    { name: "locationId", label: "Sub-account id", help: "In HighLevel: Settings, Business profile. Leave it empty for an agency login." },
    { name: "companyId", label: "Agency id", help: "Only for a login of the whole agency." },
  ],
  probe,
  mark: { letters: "HL", hue: 255 },
  main: true,
  endpoints: true,
  contacts,
  home: {
    operation: "locations.get",
    account: "locationId",
    zone: "timezone",
    country: "country",
    name: "name",
    agency: { operation: "companies.get", name: "name" },
  },
  subAccounts,
  tags,
  finders: { contactId: "contacts.find" },
  prepare: "highlevel-custom-fields",
  operations,
  triggers: webhooks,
  changes: changeTriggers,
  records,
  inbox,
  quota: {
    burst: { limit: 100, windowMs: 10_000 },
    daily: 200_000,
    headers: {
      limit: "x-ratelimit-max",
      remaining: "x-ratelimit-remaining",
      windowMs: "x-ratelimit-interval-milliseconds",
      dailyLimit: "x-ratelimit-limit-daily",
      dailyRemaining: "x-ratelimit-daily-remaining",
      dailyResetMs: "x-ratelimit-daily-reset",
    },
  },
  refusals,
  headers: { Version: "{version}" },
};
