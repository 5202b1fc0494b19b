import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

/** Where rows are deleted, and why. What goes by age must ask `deleteOld` of the server, which asks whether the clock is believed. */
const reasons: Record<string, string> = {
  "run-retention.ts steps": "age",
  "run-retention.ts runs": "age",
  "run-retention.ts events": "age",
  "ledger.ts ledger_entries": "age",
  "people.ts run_people": "its run is deleted, in the same transaction",
  "people.ts people_due": "its keys are in the index, or its run is deleted in the same transaction",
  "people.ts people_progress": "every run of an earlier release has been read",
  "sessions.ts sessions": "the person signs out, or the session was unused for too long: at the worst a person signs in again",
  "account-store.ts recovery_codes": "it is used once, or the second factor is turned off or on anew",
  "account-store.ts passkeys": "a person removes it from their account, or starts anew",
  "account-store.ts identities": "the account starts anew: whoever is let in links it again",
  "account-store.ts members": "an owner removes somebody from the workspace; the account stays",
  "account-store.ts invitations": "it was accepted or withdrawn, a newer one takes its place, or whoever made it was removed",
  "account-store.ts account_tokens": "it is used once, or is over: at the worst a person asks for a new one",
  "app-store.ts apps": "a person deletes the app",
  "app-store.ts app_versions": "a person deletes the app, or saves its fiftieth definition after this one",
  "part-store.ts parts": "a person removes the rule or mapping template",
  "part-store.ts part_versions": "a person removes the rule or mapping template, or saves its fiftieth version after this one",
  "call-store.ts calls": "age",
  "changes.ts changes": "age",
  "api-keys.ts api_keys": "replaced by a new key, or a person removes it",
  "account-store.ts agent_tokens": "an owner removes somebody, for whom agents acted",
  "agent-store.ts agent_tokens": "the agent is signed out, or they are over: at the worst a person signs it in again",
  "agent-store.ts oauth_clients": "nobody allowed it within a day, or too many registered: at the worst it registers again",
  "approval-store.ts approvals": "the newest thousand of a workspace are kept",
  "vault-store.ts secrets": "a person disconnects",
  "vault-store.ts connections": "a person disconnects",
  "consent-store.ts consents": "it is used once, or is over: at the worst a person begins again",
  "vault-store.ts reconnect_links": "a person disconnects",
  "reconnect-link-store.ts reconnect_links": "a person withdraws the link, or makes a newer one",
  "vault-store.ts leases": "given back by its owner",
  "leases.ts run_owners": "given back, or overdue: at the worst its runs are claimed, and what it still writes of them is refused",
  "reference-store.ts flow_references": "looked up anew",
  "pin-store.ts reference_pins": "a person says that a name means what has it now",
  "inbox-store.ts reception_counts": "a person removes the inbox",
  "inbox-store.ts inboxes": "a person removes the inbox",
  "flow-store.ts seen": "a person deletes the flow",
  "flow-store.ts ledger_entries": "a person deletes the flow",
  "flow-store.ts record_states": "a person deletes the flow",
  "flow-store.ts watched_records": "a person deletes the flow",
  "flow-store.ts observation_counts": "a person deletes the flow",
  "flow-store.ts triggers": "a person deletes the flow",
  "flow-store.ts flow_references": "a person deletes the flow",
  "flow-store.ts flow_lint": "a person deletes the flow",
  "flow-store.ts flow_setups": "a person deletes the flow, or publishes it",
  "flow-store.ts backtests": "a person deletes the flow",
  "flow-store.ts step_tests": "a person deletes the flow",
  "trial-store.ts backtests": "only the newest of a flow are kept",
  "trial-store.ts step_tests": "as many as a flow may have steps are kept",
  "flow-store.ts flows": "a person deletes the flow",
  "template-store.ts templates": "a person deletes the template",
  "template-store.ts flow_setups": "a person ends the set-up",
  "trigger-store.ts seen": "the list no longer shows it, or the person begins anew",
  "records.ts record_states": "the record was deleted",
  "run-crashes.ts run_crashes": "the run is over, or the crash was not its doing",
  "private-host-store.ts private_hosts": "a person takes the address off the list",
  "hook-subscription-store.ts hook_subscriptions": "the app was told that the address is no longer used, or can no longer be told",
  "gone-hooks.ts gone_hooks": "age",
  "hook-capture-store.ts hook_catchers": "a person removes it, or its half hour is over: at the worst a person makes another",
  "message-store.ts messages": "age, or the message was certainly not sent",
  "connect-link-store.ts connect_links": "it is over and made nothing, or ninety days ago: at the worst somebody asks for another",
  "connect-link-store.ts embed_origins": "a person takes the origin off the list",
  "webhook-store.ts webhook_endpoints": "a person removes the endpoint",
  "webhook-store.ts webhook_deliveries": "age, or a person removes the endpoint",
  "idempotent-call-store.ts idempotent_calls":
    "nothing happened, or its day is over: at the worst a repeat after that is a call of its own",
  "sync-store.ts syncs": "a person deletes the sync",
  "sync-store.ts sync_links": "a person deletes the sync",
  "sync-store.ts sync_link_ids": "a person deletes the sync",
  "sync-store.ts sync_rows": "a person deletes the sync",
  "sync-store.ts sync_keys": "a person deletes the sync",
  "sync-store.ts sync_locks": "a person deletes the sync",
  "sync-store.ts sync_writes": "a person deletes the sync",
  "sync-store.ts sync_jobs": "a person deletes the sync",
  "sync-writes.ts sync_writes": "the write that was noted was refused, or never sent",
  "sync-links.ts sync_links": "a person separates the pair, or both of its records are gone",
  "sync-links.ts sync_link_ids": "written anew with its pair, or the pair is removed",
  "sync-rows.ts sync_rows": "the record is gone, or both sides are read anew",
  "sync-rows.ts sync_keys": "written anew with its row, or the row is removed",
  "sync-rows.ts sync_locks": "the run has done its work at the pair",
  "tag-store.ts tags": "the other side no longer lists it, or its connection was removed: the next reading lists what is there",
  "tag-store.ts tag_notes": "a person clears what is said of it",
  "tag-store.ts tag_job_items": "age, with their job",
  "tag-store.ts tag_jobs": "age",
  "tag-store.ts tag_rules": "a person removes the rule",
  "waiting-replay-store.ts waiting_replays": "the runs were replayed, or a person lets them wait no longer",
};

test("changes are only ever added: nothing but their store names the table in a write, and it only adds, and deletes by age", () => {
  const writes = sources().flatMap(({ name, text }) =>
    [...text.matchAll(/(insertInto|updateTable|deleteFrom|replaceInto|mergeInto)\("changes"\)/g)].map(([, how]) => `${name} ${how}`),
  );
  expect(writes).toEqual(["changes.ts insertInto", "changes.ts deleteFrom"]);
});

test("whatever deletes rows is listed with its reason, so that nothing new deletes by an unproven clock", () => {
  const deletes = sources().flatMap(({ name, text }) =>
    [...text.matchAll(/deleteFrom\("(\w+)"\)/g)].map(([, table]) => `${name} ${table}`),
  );
  expect([...new Set(deletes)].sort()).toEqual(Object.keys(reasons).sort());
});

function sources() {
  const folder = new URL(".", import.meta.url);
  const files = readdirSync(folder).filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"));
  return files.map((name) => ({ name, text: readFileSync(new URL(name, folder), "utf8") }));
}
