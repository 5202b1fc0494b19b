import type { z } from "zod";
import { type callReply, exchangeView } from "#api/schemas.ts";
import type { Catalog, WorkspaceCatalog } from "#catalog/registry.ts";
import type { StepCall, StepCallResult, StepCaller } from "#engine/ports/caller.ts";
import { defined } from "#kernel/defined.ts";
import { newId } from "#kernel/ids.ts";
import { isObject } from "#kernel/json.ts";
import { listReadInWords } from "#surfaces/list-read.ts";
import { sendWithin, type DirectMessageParts } from "./direct-messages.ts";
import { sentReads } from "../runs/sent-reads.ts";

/** What a call of an operation needs. */
export interface OperationCallParts extends DirectMessageParts {
  catalog: Catalog;
  caller: StepCaller;
}

/** One call of one operation, by a person or a program. */
export interface OperationCall {
  workspaceId: string;
  /** Who makes it, as the log of calls names them. */
  by: string;
  app: string;
  operation: string;
  connection?: string | undefined;
  input: Record<string, unknown>;
  /** Of a list: how many rows are read at most. */
  rows?: number | undefined;
  dryRun: boolean;
  /** Why a person sends a message all the same that the message policy would refuse. */
  force?: string | undefined;
}

export type CallReply = z.input<typeof callReply>;

/** Makes the call now, with the quota, retries and guards of every call. `key` lets the app recognise a repeat. Throws an error of the table. */
export async function callOperation(
  parts: Pick<OperationCallParts, "caller" | "messageGate">,
  call: OperationCall,
  key: string = newId("call"),
): Promise<CallReply> {
  const stepCall = stepCallOf(call, key);
  const result = await sendWithin(parts, { call: stepCall, force: call.force }, () => parts.caller.call(stepCall));
  return replyOf(result, call);
}

/** Looks for what an earlier attempt of the call did: null where it had no effect, undefined where the operation has no way to look. */
export async function findCall(
  { caller }: Pick<OperationCallParts, "caller">,
  call: OperationCall,
  { since, key }: { since: number; key: string },
): Promise<CallReply | null | undefined> {
  const found = await caller.confirmed(stepCallOf(call, key), since);
  return found ? replyOf(found, call) : found;
}

function stepCallOf({ dryRun, by, connection, rows, force: _, ...call }: OperationCall, idempotencyKey: string): StepCall {
  return { ...call, dry: dryRun, lane: "live", idempotencyKey, cause: { purpose: "direct", by }, ...defined({ connection, rows }) };
}

function replyOf({ output, list, effects, notices, exchanges }: StepCallResult, { dryRun }: OperationCall): CallReply {
  const allNotices = [...(list && !list.complete ? [listReadInWords(list)] : []), ...(notices ?? [])];
  return {
    output,
    ...(list && { list }),
    ...(effects && { effects }),
    ...((allNotices.length > 0 || dryRun) && { notices: [...allNotices, ...(dryRun ? sentReads(exchanges) : [])] }),
    exchanges: exchanges.filter(isObject).map((exchange) => exchangeView.parse(exchange)),
  };
}

/**
 * The app and the operation of a full name, `<app>.<operation>`. A name that starts with no app of the workspace is an operation of
 * the main app.
 */
export function splitName(name: string, catalog: WorkspaceCatalog): { app: string; operation: string } {
  const dot = name.indexOf(".");
  const app = name.slice(0, Math.max(dot, 0));
  if (catalog.app(app)) return { app, operation: name.slice(dot + 1) };
  return { app: catalog.main?.id ?? "", operation: name };
}
