import { triggerStoreContract } from "#test/contracts/trigger-store.contract.ts";
import { openSqlite } from "./database.ts";
import { createFlowStore } from "./flow-store.ts";
import { createTriggerStore } from "./trigger-store.ts";

const draft = { name: "", trigger: { app: "", operation: "" }, steps: [] };

triggerStoreContract("SQLite in memory", {
  async open() {
    const db = await openSqlite({ file: ":memory:" });
    const flows = createFlowStore(db);
    return {
      store: createTriggerStore(db),
      add: (t) =>
        flows.insert(
          { id: t.flowId, workspaceId: t.workspaceId, name: t.flowId, status: "on", draft, version: 1, createdAt: 0, updatedAt: 0 },
          t,
        ),
      eventKeys: async (triggerId) =>
        (await db.q.selectFrom("events").select("event_key").where("trigger_id", "=", triggerId).orderBy("id").execute()).map(
          (e) => e.event_key,
        ),
      runIds: async (triggerId) =>
        (await db.q.selectFrom("runs").select("id").where("flow_id", "=", `flow_${triggerId}`).orderBy("id").execute()).map((r) => r.id),
      close: () => db.close(),
    };
  },
});
