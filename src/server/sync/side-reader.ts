import type { RecordType } from "#catalog/record-types.ts";
import { recordOfRow } from "#catalog/record-values.ts";
import type { Catalog } from "#catalog/registry.ts";
import { idOf } from "#catalog/result.ts";
import { momentMs } from "#catalog/moments.ts";
import type { Operation } from "#catalog/types.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import { getPath, isObject, type JsonObject } from "#kernel/json.ts";
import type { Caller } from "#outbound/caller.ts";
import type { SideRecord, SyncDefinition } from "#sync/types.ts";

export interface SideReaderParts {
  catalog: Catalog;
  caller: Pick<Caller, "pages">;
  clock: Clock;
}

/** A side of a sync that is read to its end. */
export interface SideToRead {
  workspaceId: string;
  side: SyncDefinition["a"];
  type: RecordType;
  lane: "sync" | "backfill";
  by?: string | undefined;
  signal: AbortSignal;
}

const shortestWaitMs = 100;

/**
 * Reads all records of a side, page by page, within the quota: a page for which there is no budget waits for it, behind what is urgent. Ends early
 * when the signal aborts. Throws what a call throws.
 */
export async function* readSide(parts: SideReaderParts, side: SideToRead): AsyncIterable<SideRecord[]> {
  const { workspaceId, type, signal } = side;
  if (!type.of?.each) return yield* readList(parts, side, type, {});
  const parentType = parts.catalog.of(workspaceId).recordType(side.side.app, type.of.type);
  if (!parentType) throw badInput("type", `has no list: its ${type.of.type} is unknown`);
  for await (const parents of readList(parts, side, parentType, {})) {
    for (const parent of parents) {
      if (signal.aborted) return;
      yield* readList(parts, side, type, { [type.of.input]: parent.id }, parent.id);
    }
  }
}

async function* readList(
  { catalog, caller, clock }: SideReaderParts,
  { workspaceId, side, lane, by, signal }: SideToRead,
  type: RecordType,
  more: JsonObject,
  parent?: string,
): AsyncIterable<SideRecord[]> {
  const operation = catalog.of(workspaceId).operation(side.app, type.list.operation);
  if (!operation) throw badInput("type", `has no list: there is no operation ${type.list.operation}`);
  const request = {
    workspaceId,
    app: side.app,
    operation: operation.id,
    connection: side.connection,
    input: { ...type.list.input, ...inputsOf(operation, side.input), ...more },
    lane,
    signal,
    cause: { purpose: "sync" as const, ...(by !== undefined && { by }) },
  };
  for await (const { rows } of patiently(() => caller.pages(request), clock, signal)) {
    if (signal.aborted) return;
    yield rows.filter(isObject).flatMap((row) => sideRecord(operation, type, row as JsonObject, clock.now(), parent) ?? []);
  }
}

/** What a side is asked with goes to those operations that have such an input. */
function inputsOf(operation: Operation, input: Record<string, unknown> = {}): JsonObject {
  const names = new Set(operation.input.map(({ name }) => name));
  return Object.fromEntries(Object.entries(input).filter(([name]) => names.has(name))) as JsonObject;
}

function sideRecord(operation: Operation, type: RecordType, row: JsonObject, readAt: number, parent?: string): SideRecord | undefined {
  const id = idOf(operation, row);
  if (id === undefined) return undefined;
  const path = type.changed ?? operation.changed;
  const changedAt = path === undefined ? null : momentMs(getPath(row, path));
  return { id, record: recordOfRow(type, row, parent), changedAt, readAt };
}

/** Waits where the budget allows no request before the first page; those after it wait in the call. */
async function* patiently<Page>(open: () => AsyncIterable<Page>, clock: Clock, signal: AbortSignal): AsyncIterable<Page> {
  for (;;) {
    let begun = false;
    try {
      for await (const page of open()) {
        begun = true;
        yield page;
      }
      return;
    } catch (thrown) {
      const retryAt = thrown instanceof MillraceError && thrown.code === "QUOTA_WAIT" ? thrown.details["retryAt"] : undefined;
      if (begun || signal.aborted || typeof retryAt !== "number") throw thrown;
      await sleep(clock, Math.min(Math.max(retryAt - clock.now(), shortestWaitMs), minuteMs), signal);
      if (signal.aborted) return;
    }
  }
}
