import type { Caller } from "#outbound/caller.ts";
import type { Catalog } from "#catalog/registry.ts";
import type { Clock } from "#kernel/clock.ts";
import type { Log } from "#kernel/log.ts";
import type { TagStore } from "#storage/tag-store.ts";
import type { Vault } from "#vault/vault.ts";
import { TagReader } from "./tag-reader.ts";
import { TagRules } from "./tag-rules.ts";
import { TagRunner } from "./tag-runner.ts";
import { TagService, type TagServiceParts } from "./tag-service.ts";

export interface TagParts extends Pick<TagServiceParts, "readers"> {
  catalog: Catalog;
  vault: Pick<Vault, "list">;
  caller: Pick<Caller, "call" | "pages">;
  store: TagStore;
  shared: boolean;
  /** Millrace was started on hold: nothing is done by itself. */
  isHeld(): boolean;
  clock: Clock;
  log: Log;
}

/** Everything about tags, wired. Jobs and rules run from `start` on. */
export function openTags(parts: TagParts) {
  const reader = new TagReader(parts);
  const runner = new TagRunner({ ...parts, reader });
  const service = new TagService({ ...parts, reader, runner });
  const rules = new TagRules({ ...parts, reader, service });
  return {
    service,
    rules,
    async start(): Promise<void> {
      await runner.start();
      rules.start();
    },
    /** Resolves when no call is under way any more. */
    async close(): Promise<void> {
      await Promise.all([reader.close(), runner.close(), rules.close()]);
    },
  };
}
export type Tags = ReturnType<typeof openTags>;
