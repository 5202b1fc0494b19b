import { memoryVaultStore } from "#test/fakes/vault-store.ts";
import { vaultStoreContract } from "./vault-store.contract.ts";

vaultStoreContract("in memory", async () => memoryVaultStore());
