import { Readable } from "node:stream";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { z } from "zod";
import { apiPrefix } from "#api/addresses.ts";
import type { Principal } from "#api/principal.ts";
import { routes } from "#api/routes.ts";
import { takesAnyAddress } from "#catalog/any-address.ts";
import { handsOverIn } from "#catalog/hands-over.ts";
import type { WorkspaceCatalog } from "#catalog/registry.ts";
import { allowedForAgents } from "#catalog/types.ts";
import { callReply, errorReply, idempotencyKey } from "#api/schemas.ts";
import type { ChangeRouteParts } from "./changes.ts";
import type { Clock } from "#kernel/clock.ts";
import { badInput, MillraceError } from "#kernel/errors.ts";
import type { IdempotentCallStore } from "#storage/idempotent-call-store.ts";
import { operationsDocument } from "#surfaces/rest/document.ts";
import { chosenApps, operationsOf } from "../catalog/chosen.ts";
import { IdempotentCalls, type KeptReply } from "../catalog/idempotent-calls.ts";
import { type CallOfBatch, callBatch } from "../catalog/operation-batch.ts";
import { callOperation, type OperationCallParts, splitName } from "../catalog/operation-call.ts";
import { refuseAgent, serve } from "../http/serve.ts";
import { usualErrors } from "../http/openapi.ts";

export interface OperationRouteParts extends OperationCallParts {
  idempotentCalls: IdempotentCallStore;
  clock: Clock;
  publicUrl: () => string;
  version: string;
  changes: ChangeRouteParts["changes"];
}

/** The operations of the catalog, each at an address of its own. */
export function serveOperations(app: FastifyInstance, parts: OperationRouteParts): void {
  const { catalog, clock, publicUrl, version } = parts;
  const idempotentCalls = new IdempotentCalls({ ...parts, store: parts.idempotentCalls });
  const make = async (principal: Principal, { operation, idempotencyKey, ...rest }: CallOfBatch): Promise<KeptReply> => {
    const { workspaceId, by } = principal;
    const named = splitName(operation, catalog.of(workspaceId));
    if (!rest.dryRun && !mayBeAlone(catalog.of(workspaceId), named)) refuseAgent(principal);
    if (rest.force !== undefined) await noteForced(parts, principal, operation, rest.force);
    const call = { workspaceId, by, ...named, ...rest };
    if (idempotencyKey !== undefined && !call.dryRun) return idempotentCalls.call(call, idempotencyKey);
    return { reply: await callOperation(parts, call), replayed: false };
  };
  serve(app, "operations", {
    async call({ principal, params: { operation }, body, request, reply }) {
      const idempotencyKey = keyOf(request) ?? body.idempotencyKey;
      const { reply: answer, replayed } = await make(principal, { ...body, operation, idempotencyKey }).catch((thrown: unknown) => {
        throw withRetryAfter(thrown, reply, clock);
      });
      if (replayed) reply.header("idempotency-replayed", "true");
      return answer;
    },
    batch({ principal, body, request }) {
      const batch = { ...body, idempotencyKey: keyOf(request) ?? body.idempotencyKey };
      return callBatch(
        batch,
        async (call) => (await make(principal, call)).reply,
        () => request.raw.socket.destroyed,
      );
    },
    document({ principal: { workspaceId }, query, reply }) {
      const entries = operationsOf(chosenApps(catalog.of(workspaceId), query));
      const pieces = operationsDocument(entries, { version, server: `${publicUrl()}${apiPrefix}`, errors, ...shapes });
      reply.type("application/json").header("cache-control", "no-store");
      void reply.send(Readable.from(paced(pieces)));
    },
  });
}

/**
 * Whether an agent may call it without a person: not where it deletes, sends or nobody has judged it, not at an address that it chooses, and
 * not where it could hand access or events to others.
 */
function mayBeAlone(own: WorkspaceCatalog, named: { app: string; operation: string }): boolean {
  const app = own.app(named.app);
  const operation = own.operation(named.app, named.operation);
  if (!app || !operation) return true; // it is refused as unknown
  return allowedForAgents.has(operation.effect) && !takesAnyAddress(operation) && handsOverIn(app, operation) === null;
}

/** Keeps who sends a message although the policy may refuse it, and why. Throws FORBIDDEN for a program. */
async function noteForced(
  { changes }: Pick<OperationRouteParts, "changes">,
  { workspaceId, accountId, by, agent }: Principal,
  operation: string,
  reason: string,
): Promise<void> {
  const isPerson = (accountId !== null || by.startsWith("session:")) && (!agent || agent.acts);
  if (!isPerson)
    throw new MillraceError("FORBIDDEN", { details: { problem: "Only a person can send a message against the message policy" } });
  const fields = [{ field: "reason", before: null, after: reason }];
  await changes.add([{ workspaceId, kind: "message_policy", id: workspaceId, what: "overridden", name: operation, fields, by }]);
}

/** The key in the header. Throws BAD_INPUT for one that cannot be kept. */
function keyOf({ headers }: FastifyRequest): string | undefined {
  const given = headers["idempotency-key"];
  if (given === undefined) return undefined;
  const key = idempotencyKey.safeParse(given);
  if (!key.success) throw badInput("Idempotency-Key", "takes 1 to 200 letters, digits and signs without spaces");
  return key.data;
}

/** Says in the header when to call again, where the other side or the quota named a time. */
function withRetryAfter(thrown: unknown, reply: FastifyReply, clock: Clock): unknown {
  const retryAt = thrown instanceof MillraceError && thrown.row.retry ? thrown.details["retryAt"] : undefined;
  if (typeof retryAt === "number") reply.header("retry-after", Math.max(1, Math.ceil((retryAt - clock.now()) / 1000)));
  return thrown;
}

const errors = [...usualErrors, ...routes.operations.call.errors];
const shapes = {
  reply: z.toJSONSchema(callReply.omit({ output: true }), { unrepresentable: "any" }),
  error: z.toJSONSchema(errorReply, { unrepresentable: "any" }),
};

const chunkCharacters = 128 * 1024;

/** The pieces in larger ones; other requests get their turn between them. */
async function* paced(pieces: Iterable<string>): AsyncGenerator<string> {
  let chunk = "";
  for (const piece of pieces) {
    chunk += piece;
    if (chunk.length < chunkCharacters) continue;
    yield chunk;
    chunk = "";
    await new Promise((resolve) => setImmediate(resolve));
  }
  yield chunk;
}
