import { Readable } from "node:stream";
import type { FastifyInstance } from "fastify";
import type { CallFilterQuery, CallView } from "#api/schemas.ts";
import type { Catalog } from "#catalog/registry.ts";
import { defined } from "#kernel/defined.ts";
import type { Clock } from "#kernel/clock.ts";
import type { CallFilter, CallPage, KeptCall } from "#storage/call-store.ts";
import { callFormats, type CallFormatName } from "#surfaces/call-words.ts";
import type { CallLog } from "../connections/call-log.ts";
import { serve } from "../http/serve.ts";
import { whoIs, type ActorNames } from "./changes.ts";

export interface CallRouteParts {
  callLog: Pick<CallLog, "list">;
  /** The id of the connection of that name or id; null where there is none any more. */
  connectionId(workspaceId: string, name: string): Promise<string | null>;
  catalog: Catalog;
  actorNames: ActorNames;
  clock: Clock;
}

const exportedAtOnce = 500;

/** Which login was used for which call. */
export function serveCalls(app: FastifyInstance, parts: CallRouteParts): void {
  const { callLog, clock } = parts;
  serve(app, "calls", {
    async list({ principal: { workspaceId }, query: { before, limit, ...query } }) {
      const filter = await filterOf(parts, workspaceId, query);
      const { calls, next } = await callLog.list(workspaceId, filter, { limit, ...defined({ before }) });
      return { calls: await viewsOf(parts, workspaceId, calls), next };
    },
    async export({ principal: { workspaceId }, query: { format, ...query }, reply }) {
      const filter = await filterOf(parts, workspaceId, query);
      const { type, extension } = callFormats[format];
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      reply.type(type).header("content-disposition", `attachment; filename="millrace-calls-${day}.${extension}"`);
      reply.header("cache-control", "no-store");
      void reply.send(Readable.from(linesOf(parts, workspaceId, filter, format)));
    },
  });
}

/** A page at a time, so that a long log is never in memory. */
async function* linesOf(parts: CallRouteParts, workspaceId: string, filter: CallFilter, format: CallFormatName) {
  const { head, line } = callFormats[format];
  if (head !== "") yield head;
  for (let before: number | undefined; ;) {
    const { calls, next }: CallPage = await parts.callLog.list(workspaceId, filter, { limit: exportedAtOnce, ...defined({ before }) });
    if (calls.length > 0) yield (await viewsOf(parts, workspaceId, calls)).map(line).join("");
    if (next === null) return;
    before = next;
  }
}

async function filterOf({ connectionId }: CallRouteParts, workspaceId: string, query: CallFilterQuery): Promise<CallFilter> {
  const { connection: name, flow: flowId, run: runId, ...rest } = query;
  const id = name === undefined ? undefined : ((await connectionId(workspaceId, name)) ?? name);
  return defined({ ...rest, flowId, runId, connectionId: id });
}

async function viewsOf({ actorNames, catalog }: CallRouteParts, workspaceId: string, calls: readonly KeptCall[]): Promise<CallView[]> {
  const apps = catalog.of(workspaceId);
  const who = await whoIs(
    actorNames,
    workspaceId,
    calls.map(({ by }) => by),
  );
  return calls.map(({ workspaceId: _, connectionId, connection, flowId, flow, runId, by, ...call }) => ({
    ...call,
    connection: { id: connectionId, name: connection },
    title: apps.operation(call.app, call.operation)?.title ?? call.operation,
    flow: flowId === null ? null : { id: flowId, name: flow },
    run: runId,
    by,
    who: by === null && flow !== null ? `The flow '${flow}'` : who(by),
  }));
}
