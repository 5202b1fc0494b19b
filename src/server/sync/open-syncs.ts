import type { AppRegistry } from "#catalog/registry.ts";
import { SyncFlows } from "./sync-flows.ts";
import { SyncService } from "./sync-service.ts";
import { SyncViews } from "./sync-views.ts";
import { openSyncWork, type SyncWork, type SyncWorkParts } from "./sync-work.ts";
import { UnlistedWatch } from "./unlisted-watch.ts";
import type { ReadySyncs } from "./ready-syncs.ts";
import type { RecordTypeReader } from "./record-type-reader.ts";

export interface SyncsParts extends Omit<SyncWorkParts, "compiled" | "catalog"> {
  catalog: AppRegistry;
  ready: ReadySyncs;
  types: RecordTypeReader;
}

/** Everything that people do with syncs. */
export interface Syncs {
  service: SyncService;
  views: SyncViews;
  work: SyncWork;
  unlisted: UnlistedWatch;
  types: RecordTypeReader;
  catalog: Pick<AppRegistry, "of" | "isBuiltIn">;
}

/** Opens what people do with syncs. `engine.flows` must let the flows of syncs be changed. */
export function openSyncs(parts: SyncsParts): Syncs {
  const { store, engine, caller, catalog, ready, types, clock, log } = parts;
  const work = openSyncWork({
    ...parts,
    compiled: async ({ workspaceId, id }) => (await ready.sure(workspaceId, id)).compiled,
  });
  const common = { store, clock };
  return {
    service: new SyncService({
      ...common,
      ready,
      flows: new SyncFlows(engine.flows, catalog),
      engine,
      catalog,
      firstSync: work.firstSyncs,
    }),
    views: new SyncViews({ ...common, ready: ready.ready, flows: engine.flows, caller, log }),
    work,
    unlisted: new UnlistedWatch({ ...common, ready: ready.ready, engine, log }),
    types,
    catalog,
  };
}
