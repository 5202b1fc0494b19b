import type { ChangeStore, FieldChange } from "#changes/types.ts";
import type { Engine } from "#engine/api.ts";
import { defined } from "#kernel/defined.ts";
import { canonicalJson, isObject } from "#kernel/json.ts";

/** What a person, a program or an agent does with runs, as the audit words it. */
type RunDeed = "started by hand" | "replayed" | "replayed with changed data" | "cancelled" | "dismissed" | "put back";

interface RunAuditParts {
  engine: Pick<Engine, "runs"> & { flows: Pick<Engine["flows"], "list"> };
  changes: Pick<ChangeStore, "add">;
}

/** Runs noted in one commit. */
const atOnce = 200;

/**
 * Notes in the audit what somebody did with runs, once it is done: a row for each run, under the name of its flow. Whom a run is about, and
 * what was changed in its data, the run says for as long as it is kept; the audit outlives it and has the names of the fields only.
 */
export async function noteRuns(
  { engine, changes }: RunAuditParts,
  workspaceId: string,
  what: RunDeed,
  ids: readonly string[],
  { by, fields }: { by?: string | undefined; fields?: readonly FieldChange[] } = {},
): Promise<void> {
  if (ids.length === 0) return;
  const names = new Map((await engine.flows.list(workspaceId)).map(({ id, name }) => [id, name]));
  for (let i = 0; i < ids.length; i += atOnce) {
    const runs = await engine.runs(workspaceId, { ids: ids.slice(i, i + atOnce) }, { limit: atOnce });
    await changes.add(
      runs.map(({ id, flowId }) => ({ workspaceId, kind: "run", id, what, ...defined({ name: names.get(flowId), by, fields }) })),
    );
  }
}

/** The fields of an event that a person changed, without their values. Pure. */
export function changedFields(before: unknown, after: unknown): FieldChange[] {
  if (!isObject(before) || !isObject(after)) return [{ field: "data" }];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.filter((name) => canonicalJson(before[name] ?? null) !== canonicalJson(after[name] ?? null)).map((field) => ({ field }));
}
