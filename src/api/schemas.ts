/**
 * The shapes of /api/v1, one schema each: they validate what comes in, describe the OpenAPI document, and type the web app and the
 * command line. Times are epoch milliseconds. The routes that use them are in `routes.ts`.
 */
export * from "./schemas/agents.ts";
export * from "./schemas/app-drafts.ts";
export * from "./schemas/apps.ts";
export * from "./schemas/approvals.ts";
export * from "./schemas/catalog.ts";
export * from "./schemas/calls.ts";
export * from "./schemas/changes.ts";
export * from "./schemas/client.ts";
export * from "./schemas/health.ts";
export { done, errorReply, runState, storedError } from "./schemas/common.ts";
export * from "./schemas/connections.ts";
export * from "./schemas/dry-runs.ts";
export * from "./schemas/exports.ts";
export * from "./schemas/flow-imports.ts";
export * from "./schemas/embed.ts";
export * from "./schemas/flows.ts";
export * from "./schemas/inboxes.ts";
export * from "./schemas/lint.ts";
export * from "./schemas/messages.ts";
export * from "./schemas/operations.ts";
export * from "./schemas/overview.ts";
export * from "./schemas/parts.ts";
export * from "./schemas/replays.ts";
export * from "./schemas/runs.ts";
export * from "./schemas/session.ts";
export * from "./schemas/syncs.ts";
export * from "./schemas/tags.ts";
export * from "./schemas/targets.ts";
export * from "./schemas/templates.ts";
export * from "./schemas/trials.ts";
export * from "./schemas/webhooks.ts";
