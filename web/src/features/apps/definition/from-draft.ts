import type { AppDraft as SourceDraft } from "#api/schemas.ts";
import { addOperations } from "./edits.ts";
import { type AddressVariable, type AppDraft, type Definition, type Guesses, type Operation, operationsOf, triggersOf } from "./types.ts";

/** An operation of a source that is offered, and whether it is wanted. */
export interface Offer {
  /** Its place among the offers; it stays when the list is searched. */
  index: number;
  operation: Operation;
  guesses: SourceDraft["operations"][number]["guesses"];
}

export const offersOf = ({ operations }: SourceDraft): Offer[] =>
  operations.map(({ definition, guesses }, index) => ({ index, operation: definition, guesses }));

/** What was read, with the parts of its address that each connection fills in. */
export type Source = SourceDraft & { variables: AddressVariable[] };

/** A new definition of what a source says of the app, without operations. */
export function newDefinition({ title, baseUrl, variables, auth, headers, triggers }: Source, called = title): Definition {
  return {
    title: called,
    ...(baseUrl !== null && { baseUrl }),
    ...(variables.length > 0 && { variables }),
    auth,
    ...(Object.keys(headers).length > 0 && { headers }),
    operations: [],
    triggers,
  };
}

/** The draft with the offers that are wanted. Those guesses come along that are not settled by a person's choice. */
export function withOffers({ definition, guesses }: AppDraft, offers: readonly Offer[]): AppDraft {
  const next = addOperations(
    definition,
    offers.map(({ operation }) => operation),
  );
  const added = operationsOf(next).slice(operationsOf(definition).length);
  const more = offers.flatMap((offer, i): [string, Offer["guesses"]][] =>
    offer.guesses.length === 0 ? [] : [[added[i]!.id, offer.guesses]],
  );
  return { definition: next, guesses: { ...guesses, ...Object.fromEntries(more) } };
}

/** A saved definition with the operations, logins and triggers of a newer document. Its title, its mark and what only a person knows of it stay. */
export function replacedBy(saved: Definition, source: Source, offers: readonly Offer[]): AppDraft {
  const fresh = withOffers({ definition: { ...newDefinition(source), operations: [] }, guesses: {} }, offers);
  const old = new Map(operationsOf(saved).map((operation) => [operation.id, operation]));
  const operations = operationsOf(fresh.definition).map((operation) => keptJudgement(old.get(operation.id), operation));
  const judged = new Set(operations.filter(({ id }) => old.has(id)).map(({ id }) => id));
  const guesses: Guesses = Object.fromEntries(Object.entries(fresh.guesses).filter(([id]) => !judged.has(id)));
  const ids = new Set(operations.map(({ id }) => id));
  const probe = saved.probe?.filter(({ operation }) => ids.has(operation));
  const triggers = new Map([...triggersOf(saved), ...source.triggers].map((trigger) => [trigger.id, trigger]));
  return {
    definition: {
      ...saved,
      ...(source.baseUrl !== null && { baseUrl: source.baseUrl }),
      ...(source.variables !== undefined && source.variables.length > 0 && { variables: source.variables }),
      ...(probe && { probe }),
      operations,
      triggers: [...triggers.values()],
    },
    guesses,
  };
}

/** What somebody decided about an operation outlives a newer document: its effect, its confirm read, how its list is read. */
function keptJudgement(old: Operation | undefined, operation: Operation): Operation {
  if (old === undefined) return operation;
  const { title, category, effect, result, list, identity, changed, paging, confirm, before, idempotencyKey, example, show } = old;
  const kept = { title, category, effect, result, list, identity, changed, paging, confirm, before, idempotencyKey, example, show };
  const lookups = new Map(old.input?.map((field) => [field.name, field.lookup]));
  const input = operation.input?.map((field) => {
    const lookup = lookups.get(field.name);
    return lookup === undefined ? field : { ...field, lookup };
  });
  return {
    ...operation,
    ...Object.fromEntries(Object.entries(kept).filter(([, value]) => value !== undefined)),
    ...(input && { input }),
  };
}
