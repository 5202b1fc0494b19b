import type { Call } from "#catalog/types.ts";
import { sleep, type Clock } from "#kernel/clock.ts";
import { errorCodes, MillraceError, toMillraceError } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { getPath, isObject, type Json } from "#kernel/json.ts";
import type { Caller } from "#outbound/caller.ts";
import type { Lane } from "#engine/types/runs.ts";
import type { ChangeableKind, TagKind } from "./tag-kinds.ts";

/** For whom calls are made, and how urgent they are. */
export interface TagCaller {
  caller: Pick<Caller, "call" | "pages">;
  clock: Clock;
  workspaceId: string;
  connectionId: string;
  lane: Lane;
  by: string | null;
  signal?: AbortSignal;
  /** What cannot be done now and is tried again, and that it could be done: null. */
  waiting?(problem: MillraceError | null): Promise<void>;
  /** How often a call that fails for now is tried; for ever where it is left out. */
  tries?: number;
}

const mostTags = 10_000;
const pausesMs = [1_000, 5_000, 15_000];
const longestPauseMs = 30_000;
/** Shorter waits for the budget are its usual pace, and no news. */
const newsworthyMs = 5_000;
const shortestWaitMs = 50;

/** The tags that a sub-account has, with their ids. */
export async function listTags(of: TagCaller, { app, facts: { list } }: TagKind): Promise<{ tagId: string; name: string }[]> {
  const { output } = await patiently(of, (key) =>
    of.caller.call({ ...requestOf(of, app.id, key), operation: list.operation, input: {}, rows: mostTags }),
  );
  return (Array.isArray(output) ? output : []).flatMap((row: unknown) => {
    const [tagId, name] = [getPath(row, list.id), getPath(row, list.name)];
    return typeof tagId === "string" && typeof name === "string" && name !== "" && name.length <= longestName ? [{ tagId, name }] : [];
  });
}
const longestName = 200;

/** How many records carry a tag. */
export async function countCarriers(of: TagCaller, { app, change: { search } }: ChangeableKind, name: string): Promise<number> {
  const input = searchInput(search.input, name);
  const { list } = await patiently(of, (key) =>
    of.caller.call({ ...requestOf(of, app.id, key), operation: search.operation, input, rows: 1 }),
  );
  return list?.total ?? list?.rows ?? 0;
}

/** What carries a tag, page by page: each with all the tags it has. */
export async function* carriersOf(
  of: TagCaller,
  { app, change: { search } }: ChangeableKind,
  name: string,
): AsyncGenerator<{ carrier: string; tags: string[] }[]> {
  const { idempotencyKey: _, dry: __, ...request } = requestOf(of, app.id, "");
  const pages = of.caller.pages({ ...request, operation: search.operation, input: searchInput(search.input, name) });
  for await (const { rows } of pages)
    yield rows.flatMap((row) => {
      const [carrier, tags] = [getPath(row, search.id), getPath(row, search.tags)];
      if (typeof carrier !== "string" || carrier === "" || !Array.isArray(tags)) return [];
      return [{ carrier, tags: tags.filter((tag) => typeof tag === "string") }];
    });
}

/** Puts tags on carriers, or takes them off. Gives those that could not be changed, each with why. */
export async function writeTags(
  of: TagCaller,
  { app, change }: ChangeableKind,
  { how, carriers, tags }: { how: "add" | "remove"; carriers: readonly string[]; tags: readonly string[] },
): Promise<Map<string, string>> {
  const { operation, ids, tags: field, result } = change[how];
  const input = { [ids]: carriers, [field]: tags };
  const { output } = await patiently(of, (key) => of.caller.call({ ...requestOf(of, app.id, key), operation, input }));
  const results = isObject(output) && Array.isArray(output["results"]) ? output["results"].filter(isObject) : [];
  return new Map(
    results
      .filter(({ ok }) => ok !== true)
      .map((each) => [String(each[result]), String(each["error"] ?? "It could not be changed.").slice(0, 300)]),
  );
}

export async function createTag(of: TagCaller, { app, change: { create } }: ChangeableKind, name: string): Promise<void> {
  await patiently(of, (key) =>
    of.caller.call({ ...requestOf(of, app.id, key), operation: create.operation, input: { [create.input]: name } }),
  );
}

/** One that is gone already is deleted. */
export async function deleteTag(
  of: TagCaller,
  { app, change }: ChangeableKind,
  { tagId, place }: { tagId: string; place: string | null },
): Promise<void> {
  const { input: field, place: placeField } = change.delete;
  const input = { [field]: tagId, ...(placeField !== undefined && { [placeField]: place }) };
  const request = (key: string) => of.caller.call({ ...requestOf(of, app.id, key), operation: change.delete.operation, input });
  await patiently(of, request).catch((thrown: unknown) => {
    if (!(thrown instanceof MillraceError) || thrown.code !== "OUTBOUND_NOT_FOUND") throw thrown;
  });
}

/** The input of a search with the name in the place of `$tag`. */
export function searchInput(input: { [key: string]: Json }, name: string): Parameters<Call>[1] {
  const filled = (value: Json): Json => {
    if (value === "$tag") return name;
    if (Array.isArray(value)) return value.map(filled);
    return isObject(value) ? Object.fromEntries(Object.entries(value).map(([key, each]) => [key, filled(each as Json)])) : value;
  };
  return filled(input) as Parameters<Call>[1];
}

const requestOf = ({ workspaceId, connectionId, lane, by, signal }: TagCaller, app: string, idempotencyKey: string) => ({
  workspaceId,
  app,
  connection: connectionId,
  lane,
  dry: false,
  idempotencyKey,
  ...(signal && { signal }),
  cause: {
    purpose: "tags" as const,
    ...(by !== null && { by }),
  },
});

/** Waits for the budget, and for what heals by itself. Throws what does not heal, and what is thrown once the signal aborts. */
export async function patiently<T>(
  of: Pick<TagCaller, "clock" | "signal" | "waiting" | "tries">,
  work: (key: string) => Promise<T>,
): Promise<T> {
  const key = newId("tag");
  for (let failures = 0, hasWaited = false; ;) {
    try {
      const result = await work(key);
      if (hasWaited) await of.waiting?.(null);
      return result;
    } catch (thrown) {
      const error = toMillraceError(thrown);
      if (!errorCodes[error.code].retry || of.signal?.aborted) throw error;
      const budgetMs = budgetWaitMs(error, of.clock.now());
      if (budgetMs === null && ++failures >= (of.tries ?? Infinity)) throw error;
      const pauseMs = Math.min(budgetMs ?? pausesMs[failures - 1] ?? longestPauseMs, longestPauseMs);
      if (budgetMs === null || pauseMs > newsworthyMs) {
        hasWaited = true;
        await of.waiting?.(error);
      }
      await sleep(of.clock, pauseMs, of.signal);
      if (of.signal?.aborted) throw error;
    }
  }
}

function budgetWaitMs({ code, details }: MillraceError, now: number): number | null {
  if (code !== "QUOTA_WAIT" || typeof details["retryAt"] !== "number") return null;
  return Math.max(details["retryAt"] - now, shortestWaitMs);
}
