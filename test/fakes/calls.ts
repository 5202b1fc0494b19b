import type { LoggedCall } from "#storage/call-store.ts";

/** A line of the log of calls. */
export const loggedCall = (more: Partial<LoggedCall> = {}): LoggedCall => ({
  workspaceId: "ws_1",
  connectionId: "con_1",
  connection: "acme",
  at: 1_000,
  durationMs: 12,
  app: "highlevel",
  operation: "contacts.get",
  method: "GET",
  address: "https://services.example/contacts/c_1",
  status: 200,
  error: null,
  purpose: "run",
  by: null,
  flowId: "flow_1",
  runId: "run_1",
  step: "contact",
  ...more,
});
