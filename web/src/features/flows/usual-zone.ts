import { useQuery } from "@tanstack/react-query";
import type { CatalogEntry, ConnectionView } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { api } from "../../lib/api.ts";
import { catalogQuery, connectionsQuery } from "../../lib/queries.ts";

/** In which time zone people of a flow mean times, and whose it is. */
export interface UsualZone {
  zone: string;
  of: string;
}

/** That of the account the flow works in, where it says its own; else that of the browser. `names` are the connections of the flow, if it has any yet. */
export function useUsualZone(names: readonly string[], isWanted = true): UsualZone {
  const connections = useQuery({ ...connectionsQuery(), enabled: isWanted }).data ?? [];
  const catalog = useQuery({ ...catalogQuery(), enabled: isWanted }).data ?? [];
  const account = accountOf(connections, names);
  const entry = account && catalog.find((one) => one.app === account.app && saysItsZone(one));
  const { data: zone } = useQuery({
    queryKey: ["zone of", account?.name],
    queryFn: async (): Promise<string | null> => {
      const { output } = await api.operations.call({
        operation: `${entry!.app}.${entry!.key}`,
        body: { connection: account!.name, input: {} },
      });
      return isObject(output) && typeof output["timezone"] === "string" ? output["timezone"] : null;
    },
    enabled: isWanted && entry !== undefined,
    staleTime: Infinity,
    retry: false,
    meta: { quiet: true },
  });
  return zone == null || account === undefined ? { zone: browserZone(), of: "this browser" } : { zone, of: account.title };
}

const browserZone = (): string => Intl.DateTimeFormat().resolvedOptions().timeZone;

/** The first account that the flow names; a flow that names none yet will work in the one there is. */
function accountOf(connections: readonly ConnectionView[], names: readonly string[]): ConnectionView | undefined {
  const working = connections.filter(({ status, locationId }) => status !== "broken" && locationId !== undefined);
  return working.find(({ name }) => names.includes(name)) ?? (names.length === 0 ? working[0] : undefined);
}

/** A read of the account itself, which asks for nothing and has its zone. */
export const saysItsZone = ({ effect, inputs, example }: CatalogEntry): boolean => {
  const output = isObject(example) ? example["output"] : undefined;
  const asksNothing = inputs.every(({ required, fill }) => required !== true || fill !== undefined);
  return effect === "read" && asksNothing && isObject(output) && typeof output["timezone"] === "string";
};
