import type { AppDraft } from "#api/schemas.ts";
import { addOperations } from "./edits.ts";
import { type Definition, type EditedApp, type Operation, operationsOf, triggersOf } from "./types.ts";

/** An operation of a source that is offered, and whether it is wanted. */
export interface Offer {
  /** Its place among the offers; it stays when the list is searched. */
  index: number;
  operation: Operation;
  guesses: AppDraft["operations"][number]["guesses"];
}

export const offersOf = ({ operations }: AppDraft): Offer[] =>
  operations.map(({ definition, guesses }, index) => ({ index, operation: definition, guesses }));

/** A new definition of what a source says of the app, without operations. */
export function newDefinition({ title, baseUrl, variables, auth, headers, triggers }: AppDraft, called = title): Definition {
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
export function withOffers({ definition, guesses }: EditedApp, offers: readonly Offer[]): EditedApp {
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

/**
 * The saved definition with the operations, logins, addresses and triggers of a newer document. The server has already kept what people
 * decided (`app` of the document that was read); an effect that was chosen among the offers counts.
 */
export function replacedBy(saved: Definition, source: AppDraft, chosen: readonly Offer[]): EditedApp {
  const { definition: fresh, guesses } = withOffers({ definition: newDefinition(source), guesses: {} }, chosen);
  const ids = new Set(operationsOf(fresh).map(({ id }) => id));
  const probe = saved.probe?.filter(({ operation }) => ids.has(operation));
  const triggers = new Map([...triggersOf(saved), ...source.triggers].map((trigger) => [trigger.id, trigger]));
  return {
    definition: {
      ...saved,
      ...(source.baseUrl !== null && { baseUrl: source.baseUrl }),
      ...(source.variables.length > 0 && { variables: source.variables }),
      ...(source.auth.some(({ kind }) => kind !== "none") && { auth: source.auth }),
      ...(probe && { probe }),
      operations: [...operationsOf(fresh)],
      triggers: [...triggers.values()],
    },
    guesses,
  };
}
