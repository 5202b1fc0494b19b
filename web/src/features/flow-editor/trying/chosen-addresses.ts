import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { takesAnyAddress } from "#catalog/any-address.ts";
import { allSteps } from "../document/place.ts";

/** A read at an address that the definition chooses, with all that is sent there. */
interface ChosenAddress {
  app: string;
  operation: string;
  input: unknown;
}

/** Pure: the reads of a definition, of its trigger and its steps, that go to no connection's address. */
export function chosenAddresses(
  definition: FlowDefinition,
  entry: (app: string, operation: string) => Pick<CatalogEntry, "effect" | "path"> | undefined,
): ChosenAddress[] {
  const places: readonly Readonly<Record<string, unknown>>[] = [
    definition.trigger,
    ...allSteps(definition).map(({ step }) => ({ ...step })),
  ];
  return places.flatMap(({ app, operation, input = {} }) => {
    if (typeof app !== "string" || typeof operation !== "string") return [];
    const found = entry(app, operation);
    return found?.effect === "read" && takesAnyAddress(found) ? [{ app, operation, input }] : [];
  });
}

/** Pure: why a draft is not tried by itself. */
export function waitsWords(isForeign: boolean, addresses: readonly ChosenAddress[]): string {
  const hosts = [...new Set(addresses.map(hostOf))];
  const where = hosts.length === 0 ? "" : ` It reads from ${hosts.join(", ")}.`;
  return isForeign
    ? `Nothing was sent yet: this draft was not written or tried in this browser.${where} Look at it first; trying it makes its look-ups.`
    : `Nothing was sent yet.${where} Trying it sends what is in the address there.`;
}

function hostOf({ input }: ChosenAddress): string {
  const url = typeof input === "object" && input !== null && "url" in input ? input.url : undefined;
  const host = typeof url === "string" ? /^https?:\/\/(?:[^/?#]*@)?([^/?#{]+)/i.exec(url)?.[1] : undefined;
  return host ?? "an address that shows only with an event";
}
