import { createAgentStore } from "#storage/agent-store.ts";
import { createApprovalStore } from "#storage/approval-store.ts";
import { createAppStore } from "#storage/app-store.ts";
import { createApiKeyStore } from "#storage/api-keys.ts";
import type { Clock } from "#kernel/clock.ts";
import { ChangeLog, createChangeStore, type Note } from "#storage/changes.ts";
import type { Db } from "#storage/database.ts";
import { createCallStore } from "#storage/call-store.ts";
import { createConsentStore } from "#storage/consent-store.ts";
import { createFlowStore } from "#storage/flow-store.ts";
import { createHookCaptureStore } from "#storage/hook-capture-store.ts";
import { createHookSubscriptionStore } from "#storage/hook-subscription-store.ts";
import { createIdempotentCallStore } from "#storage/idempotent-call-store.ts";
import { createInboxStore } from "#storage/inbox-store.ts";
import { createStoreMarks } from "#storage/marks.ts";
import { createPartStore } from "#storage/part-store.ts";
import { createPinStore } from "#storage/pin-store.ts";
import { createPrivateHostStore } from "#storage/private-host-store.ts";
import { createQuotaStore } from "#storage/quota-store.ts";
import { createReconnectLinkStore } from "#storage/reconnect-link-store.ts";
import { createLintStore, createReferenceStore } from "#storage/reference-store.ts";
import { createRunStore } from "#storage/run-store.ts";
import { createSessionStore } from "#storage/sessions.ts";
import { createSetupStore, createTemplateStore } from "#storage/template-store.ts";
import { createTrialStore } from "#storage/trial-store.ts";
import { createTagStore } from "#storage/tag-store.ts";
import { createTriggerStore } from "#storage/trigger-store.ts";
import { createVaultStore } from "#storage/vault-store.ts";
import { createWaitingReplayStore } from "#storage/waiting-replay-store.ts";
import { agentStoreContract } from "./agent-store.contract.ts";
import { approvalStoreContract } from "./approval-store.contract.ts";
import { appStoreContract } from "./app-store.contract.ts";
import { createAccountStore } from "#storage/account-store.ts";
import { accountStoreContract } from "./account-store.contract.ts";
import { apiKeyStoreContract } from "./api-key-store.contract.ts";
import { changeStoreContract } from "./change-store.contract.ts";
import { callStoreContract } from "./call-store.contract.ts";
import { consentStoreContract } from "./consent-store.contract.ts";
import { flowStoreContract } from "./flow-store.contract.ts";
import { hookCaptureStoreContract, hookSubscriptionStoreContract } from "./hook-store.contract.ts";
import { idempotentCallStoreContract } from "./idempotent-call-store.contract.ts";
import { inboxStoreContract } from "./inbox-store.contract.ts";
import { ledgerContract } from "./ledger.contract.ts";
import { partStoreContract } from "./part-store.contract.ts";
import { pinStoreContract } from "./pin-store.contract.ts";
import { privateHostStoreContract } from "./private-host-store.contract.ts";
import { quotaStoreContract } from "./quota-store.contract.ts";
import { reconnectLinkStoreContract } from "./reconnect-link-store.contract.ts";
import { referenceStoreContract } from "./reference-store.contract.ts";
import { runOwnershipContract } from "./run-ownership.contract.ts";
import { runStoreContract } from "./run-store.contract.ts";
import { sessionStoreContract } from "./session-store.contract.ts";
import { storeMarksContract } from "./store-marks.contract.ts";
import { tagStoreContract } from "./tag-store.contract.ts";
import { templateStoreContract } from "./template-store.contract.ts";
import { trialStoreContract } from "./trial-store.contract.ts";
import { triggerStoreContract } from "./trigger-store.contract.ts";
import { twoStoresContract } from "./two-stores.contract.ts";
import { vaultStoreContract } from "./vault-store.contract.ts";
import { createWebhookStore } from "#storage/webhook-store.ts";
import { createConnectLinkStore } from "#storage/connect-link-store.ts";
import { connectLinkStoreContract } from "./connect-link-store.contract.ts";
import { createRunQuarters } from "#storage/run-quarters.ts";
import { runQuartersContract } from "./run-quarters.contract.ts";
import { createMessageStore } from "#storage/message-store.ts";
import { messageStoreContract } from "./message-store.contract.ts";
import { webhookStoreContract } from "./webhook-store.contract.ts";
import { createSyncStore } from "#storage/sync-store.ts";
import { syncStoreContract } from "./sync-store.contract.ts";
import { waitingReplayStoreContract } from "./waiting-replay-store.contract.ts";

const draft = { name: "", trigger: { app: "", operation: "" }, steps: [] };

/** Every suite of a store, on a database. `open` gives one with empty tables, `openTwo` two openings of the same. */
export function allStoreContracts(name: string, { open, openTwo }: { open(): Promise<Db>; openTwo(): Promise<readonly [Db, Db]> }): void {
  const alone =
    <T>(create: (db: Db) => T) =>
    async () =>
      create(await open());
  const closing =
    <T extends object>(create: (db: Db) => T) =>
    async () => {
      const db = await open();
      return { ...create(db), close: () => db.close() };
    };
  const runs = (db: Db) => ({ runs: createRunStore(db), flows: createFlowStore(db), triggers: createTriggerStore(db) });

  runStoreContract(name, closing(runs));
  ledgerContract(name, closing(runs));
  flowStoreContract(
    name,
    closing((db) => ({ flows: createFlowStore(db), triggers: createTriggerStore(db) })),
  );
  triggerStoreContract(name, { open: closing(triggers) });
  inboxStoreContract(name, { open: closing((db) => ({ store: createInboxStore(db) })) });
  referenceStoreContract(
    name,
    closing((db) => ({ references: createReferenceStore(db), lint: createLintStore(db), flows: createFlowStore(db) })),
  );
  trialStoreContract(
    name,
    closing((db) => ({
      trials: createTrialStore(db),
      flows: createFlowStore(db),
      changes: async () => (await createChangeStore(db).history("ws_1", { limit: 99 })).map(({ what }) => what),
    })),
  );
  pinStoreContract(
    name,
    closing((db) => ({ store: createPinStore(db) })),
  );
  apiKeyStoreContract(
    name,
    closing((db) => ({ keys: createApiKeyStore(db) })),
  );
  vaultStoreContract(name, alone(createVaultStore));
  callStoreContract(
    name,
    closing((db) => ({ calls: createCallStore(db, { atOnce: 10, pieces: 3 }) })),
  );
  consentStoreContract(name, alone(createConsentStore));
  hookSubscriptionStoreContract(
    name,
    closing((db) => ({ store: createHookSubscriptionStore(db), flows: createFlowStore(db), triggers: createTriggerStore(db) })),
  );
  hookCaptureStoreContract(name, alone(createHookCaptureStore));
  reconnectLinkStoreContract(
    name,
    closing((db) => ({ links: createReconnectLinkStore(db), vault: createVaultStore(db), changes: createChangeStore(db) })),
  );
  appStoreContract(name, alone(createAppStore));
  templateStoreContract(
    name,
    closing((db) => ({ templates: createTemplateStore(db), setups: createSetupStore(db), flows: createFlowStore(db) })),
  );
  partStoreContract(name, alone(createPartStore));
  sessionStoreContract(name, alone(createSessionStore));
  accountStoreContract(name, alone(createAccountStore));
  quotaStoreContract(name, alone(createQuotaStore));
  waitingReplayStoreContract(name, alone(createWaitingReplayStore));
  connectLinkStoreContract(
    name,
    closing((db) => ({ links: createConnectLinkStore(db), history: createChangeStore(db).history })),
  );
  runQuartersContract(
    name,
    closing((db) => ({ ...runs(db), runQuarters: createRunQuarters(db) })),
  );
  webhookStoreContract(
    name,
    closing((db) => ({
      webhooks: createWebhookStore(db),
      vault: createVaultStore(db),
      approvals: createApprovalStore(db, "proc_a"),
      approvalsElsewhere: createApprovalStore(db, "proc_b"),
      ...runs(db),
      history: createChangeStore(db).history,
    })),
  );
  syncStoreContract(
    name,
    closing((db) => ({
      syncs: createSyncStore(db),
      webhooks: createWebhookStore(db),
      runs: createRunStore(db),
      triggers: createTriggerStore(db),
      history: createChangeStore(db).history,
    })),
  );
  tagStoreContract(
    name,
    closing((db) => ({ tags: createTagStore(db), history: createChangeStore(db).history })),
  );
  messageStoreContract(name, async () => {
    const [a, b] = await openTwo();
    const close = async () => void (await Promise.all([...new Set([a, b])].map((db) => db.close())));
    return { one: createMessageStore(a), other: createMessageStore(b), history: createChangeStore(a).history, close };
  });
  agentStoreContract(name, alone(createAgentStore));
  approvalStoreContract(
    name,
    closing((db) => ({
      one: createApprovalStore(db, "proc_a"),
      other: createApprovalStore(db, "proc_b"),
      owners: createRunStore(db, "proc_a"),
    })),
  );
  privateHostStoreContract(name, alone(createPrivateHostStore));
  storeMarksContract(name, alone(createStoreMarks));
  twoStoresContract(name, openTwo);
  runOwnershipContract(name, async () => {
    const [a, b] = await openTwo();
    const close = async () => void (await Promise.all([...new Set([a, b])].map((db) => db.close())));
    return { one: createRunStore(a, "proc_a"), other: createRunStore(b, "proc_b"), close };
  });
  idempotentCallStoreContract(name, async () => {
    const [a, b] = await openTwo();
    const close = async () => void (await Promise.all([...new Set([a, b])].map((db) => db.close())));
    const owners = createRunStore(a, "proc_a");
    return { one: createIdempotentCallStore(a, "proc_a"), other: createIdempotentCallStore(b, "proc_b"), owners, close };
  });
  changeStoreContract(name, async (clock) => {
    const [one, other] = await openTwo();
    const close = async () => void (await Promise.all([...new Set([one, other])].map((db) => db.close())));
    return { one: changes(one, clock, "one"), other: changes(other, clock, "other"), close };
  });
}

function changes(db: Db, clock: Clock, process: string) {
  const log = new ChangeLog(db, { clock, process, shared: true });
  return {
    store: createChangeStore(db, log),
    write: (work: (note: Note) => Promise<void>) => log.write((_, note) => work(note)),
    onCommit: log.onCommit,
  };
}

function triggers(db: Db) {
  const flows = createFlowStore(db);
  return {
    store: createTriggerStore(db),
    add: (t: Parameters<typeof flows.insert>[1]) =>
      flows.insert(
        {
          id: t.flowId,
          workspaceId: t.workspaceId,
          name: t.flowId,
          status: "on",
          draft,
          version: 1,
          createdAt: 0,
          updatedAt: 0,
          revision: 1,
        },
        t,
      ),
    eventKeys: async (triggerId: string) =>
      (await db.q.selectFrom("events").select("event_key").where("trigger_id", "=", triggerId).orderBy("id").execute()).map(
        (e) => e.event_key,
      ),
    runIds: async (triggerId: string) =>
      (await db.q.selectFrom("runs").select("id").where("flow_id", "=", `flow_${triggerId}`).orderBy("id").execute()).map((r) => r.id),
  };
}
