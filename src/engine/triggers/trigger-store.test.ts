import { MemoryTriggerStore } from "#test/fakes/trigger-store.ts";
import { triggerStoreContract } from "#test/contracts/trigger-store.contract.ts";

// The fake passes what the real stores pass, so that the tests here may rest on it.
triggerStoreContract("in memory", {
  async open() {
    const store = new MemoryTriggerStore();
    return {
      store,
      add: async (trigger) => store.add(trigger),
      eventKeys: async (id) => store.events(id).map((e) => e.key),
      runIds: async (id) => store.accepted(id).flatMap((a) => a.runs.map((r) => r.id)),
    };
  },
});
