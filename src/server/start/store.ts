import type { Clock } from "#kernel/clock.ts";
import { newId } from "#kernel/ids.ts";
import { createAccountStore } from "#storage/account-store.ts";
import { createAgentStore } from "#storage/agent-store.ts";
import { createApprovalStore } from "#storage/approval-store.ts";
import { createAppStore } from "#storage/app-store.ts";
import { createApiKeyStore } from "#storage/api-keys.ts";
import { createCallStore } from "#storage/call-store.ts";
import { ChangeLog, createChangeStore } from "#storage/changes.ts";
import type { StoreHome } from "#storage/home.ts";
import { createConnectLinkStore } from "#storage/connect-link-store.ts";
import { createConsentStore } from "#storage/consent-store.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createHookCaptureStore } from "#storage/hook-capture-store.ts";
import { createIdempotentCallStore } from "#storage/idempotent-call-store.ts";
import { createHookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { createMessageStore } from "#storage/message-store.ts";
import { createPrivateHostStore } from "#storage/private-host-store.ts";
import { createReconnectLinkStore } from "#storage/reconnect-link-store.ts";
import { createQuotaStore } from "#storage/quota-store.ts";
import { createPartStore } from "#storage/part-store.ts";
import { createPinStore } from "#storage/pin-store.ts";
import { createLintStore, createReferenceStore } from "#storage/reference-store.ts";
import { createStoreMarks } from "#storage/marks.ts";
import { createRunQuarters } from "#storage/run-quarters.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createSessionStore } from "#storage/sessions.ts";
import { createSyncStore } from "#storage/sync-store.ts";
import { createSetupStore, createTemplateStore } from "#storage/template-store.ts";
import { createTagStore } from "#storage/tag-store.ts";
import { createTrialStore } from "#storage/trial-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { createWaitingReplayStore } from "#storage/waiting-replay-store.ts";
import { createWebhookStore } from "#storage/webhook-store.ts";
import { createWorkspaceStore, ensureWorkspace } from "#storage/workspaces.ts";
import type { VaultStore } from "#vault/types.ts";

/** The workspace that the first start makes: the operator's. Every other one comes from the principal of a request. */
export const firstWorkspaceId = "ws_main";
/** What it is called until an owner gives it a name. */
export const unnamedWorkspace = "Main";

/** Opens the database and the stores in it. */
export async function openStore(home: StoreHome, clock: Clock) {
  const db = await home.open();
  await ensureWorkspace(db, { id: firstWorkspaceId, name: unnamedWorkspace, now: clock.now() });
  // A file has one process, so every lease in it is of one that is gone: it has lapsed, and says what was interrupted. On PostgreSQL others
  // may hold theirs, and those of dead processes run out.
  if (db.dialect === "sqlite") await db.write(async (q) => void (await q.updateTable("leases").set({ until: 0 }).execute()));
  /** The name of this process among those that share the store. */
  const processId = newId("proc", clock.now());
  /** Whether there may be others: a store in a file belongs to the one that holds the folder's lock. */
  const shared = db.dialect !== "sqlite";
  const changeLog = new ChangeLog(db, { clock, process: processId, shared });
  return {
    db,
    processId,
    shared,
    changeLog,
    calls: createCallStore(db),
    changes: createChangeStore(db, changeLog),
    workspaces: createWorkspaceStore(db),
    runs: createRunStore(db, processId),
    flows: createFlowStore(db, changeLog),
    triggers: createTriggerStore(db, processId, changeLog),
    apps: createAppStore(db, changeLog),
    templates: createTemplateStore(db, changeLog),
    setups: createSetupStore(db),
    parts: createPartStore(db, changeLog),
    vault: createVaultStore(db, changeLog),
    consents: createConsentStore(db),
    hookSubscriptions: createHookSubscriptionStore(db, changeLog),
    hookCaptures: createHookCaptureStore(db),
    idempotentCalls: createIdempotentCallStore(db, processId),
    reconnectLinks: createReconnectLinkStore(db, changeLog),
    connectLinks: createConnectLinkStore(db, changeLog),
    runQuarters: createRunQuarters(db),
    messages: createMessageStore(db, changeLog),
    webhooks: createWebhookStore(db, changeLog),
    quota: createQuotaStore(db),
    tags: createTagStore(db, changeLog),
    privateHosts: createPrivateHostStore(db, changeLog),
    waitingReplays: createWaitingReplayStore(db),
    inboxes: createInboxStore(db, changeLog),
    references: createReferenceStore(db),
    pins: createPinStore(db, changeLog),
    lint: createLintStore(db, changeLog),
    trials: createTrialStore(db, changeLog),
    apiKeys: createApiKeyStore(db, changeLog),
    agents: createAgentStore(db, changeLog),
    approvals: createApprovalStore(db, processId, changeLog),
    sessions: createSessionStore(db, changeLog),
    accounts: createAccountStore(db, changeLog),
    syncs: createSyncStore(db, changeLog),
    marks: createStoreMarks(db),
  };
}
export type Store = Awaited<ReturnType<typeof openStore>>;

const askedEveryMs = 2000;

/** Why the store cannot be written to, or null. Really writes, but at most every two seconds, whoever asks. */
export function storeProbe(vault: Pick<VaultStore, "lease">, clock: Clock): () => Promise<string | null> {
  const owner = newId("probe");
  let asked = -Infinity;
  let answer: Promise<string | null> = Promise.resolve(null);
  return () => {
    if (Math.abs(clock.now() - asked) >= askedEveryMs) {
      asked = clock.now();
      answer = vault.lease("readiness", owner, asked, asked).then(
        () => null,
        (error: Error) => `the store cannot be written to: ${error.message}`,
      );
    }
    return answer;
  };
}
