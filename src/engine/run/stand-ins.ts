import { MillraceError } from "#kernel/errors.ts";
import type { StepCall, StepCallResult, StepCaller } from "../ports/caller.ts";

/** What an attempt is noted with whose look-up was left out. */
export const standInNote = "The record of a made-up event does not exist, so the example of the catalog stands in for it.";

/** The example of what a read of one record gives; undefined where the catalog has none. */
type ExampleOf = (workspaceId: string, app: string, operation: string) => unknown;

/**
 * A caller for an event that is made up. Nobody in it exists, so a look-up by its ids finds nothing, which says nothing about the flow: the
 * catalog's example stands in for the record. Whatever else goes wrong still does.
 */
export function withStandIns(caller: StepCaller, exampleOf: ExampleOf): StepCaller {
  return {
    call: (request) => caller.call(request).catch((thrown: unknown) => standIn(caller, request, thrown, exampleOf)),
    confirmed: (request, since) => caller.confirmed(request, since),
    facts: (workspaceId, app, operation, input) => caller.facts(workspaceId, app, operation, input),
    destination: (request) => caller.destination(request),
    onHostBack: (listener) => caller.onHostBack(listener),
  };
}

function standIn(caller: StepCaller, { workspaceId, app, operation }: StepCall, thrown: unknown, exampleOf: ExampleOf): StepCallResult {
  const isRead = caller.facts(workspaceId, app, operation)?.effect === "read";
  const output = isRead && isMissing(thrown) ? exampleOf(workspaceId, app, operation) : undefined;
  if (output === undefined) throw thrown;
  return { output, exchanges: [], notes: [standInNote] };
}

/** HighLevel answers some ids that it does not know with 400 rather than 404. */
const isMissing = (thrown: unknown): boolean =>
  thrown instanceof MillraceError &&
  (thrown.code === "OUTBOUND_NOT_FOUND" || (thrown.code === "OUTBOUND_REFUSED" && thrown.details["status"] === 400));
