import { apiKeyStoreContract } from "#test/contracts/api-key-store.contract.ts";
import { inboxStoreContract } from "#test/contracts/inbox-store.contract.ts";
import { pinStoreContract } from "#test/contracts/pin-store.contract.ts";
import { referenceStoreContract } from "#test/contracts/reference-store.contract.ts";
import { vaultStoreContract } from "#test/contracts/vault-store.contract.ts";
import { freshPostgres } from "#test/support/postgres/fresh.ts";
import { createApiKeyStore } from "../api-keys.ts";
import { createFlowStore } from "../flow-store.ts";
import { createInboxStore } from "../inbox-store.ts";
import { createPinStore } from "../pin-store.ts";
import { createLintStore, createReferenceStore } from "../reference-store.ts";
import { createVaultStore } from "../vault-store.ts";

const name = "PostgreSQL";
const open = async () => (await freshPostgres()) as never as import("../database.ts").Db;
apiKeyStoreContract(name, async () => {
  const db = await open();
  return { keys: createApiKeyStore(db), close: () => db.close() };
});
inboxStoreContract(name, {
  async open() {
    const db = await open();
    return { store: createInboxStore(db), close: () => db.close() };
  },
});
pinStoreContract(name, async () => {
  const db = await open();
  return { store: createPinStore(db), close: () => db.close() };
});
referenceStoreContract(name, async () => {
  const db = await open();
  return { references: createReferenceStore(db), lint: createLintStore(db), flows: createFlowStore(db), close: () => db.close() };
});
vaultStoreContract(name, async () => createVaultStore(await open()));
