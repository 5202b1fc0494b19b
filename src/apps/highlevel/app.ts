import type { App } from "#catalog/types.ts";
import { changeTriggers } from "./changes/index.ts";
import { inbox } from "./inbox.ts";
import { judgedOperations } from "./operations.ts";
import { recipes } from "./recipes/index.ts";
import { refusals } from "./refusals.ts";
import { webhooks } from "./webhooks/index.ts";

const operations = [...judgedOperations, ...recipes.map((r) => r.operation)];

export const highlevel: App = {
  id: "highlevel",
  title: "HighLevel",
  baseUrl: "https://services.leadconnectorhq.com",
  auth: [
    { kind: "token", title: "Private Integration token", header: "Authorization", prefix: "Bearer " },
    {
      kind: "oauth2",
      title: "Marketplace app",
      authorizeUrl: "https://marketplace.leadconnectorhq.com/v2/oauth/chooselocation",
      tokenUrl: "https://services.leadconnectorhq.com/oauth/token",
      tokenPath: "/oauth/token",
      scopes: [...new Set(operations.flatMap((o) => o.scopes))].sort(),
    },
  ],
  operations,
  triggers: webhooks,
  changes: changeTriggers,
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
