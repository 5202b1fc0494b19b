import { useQueries, useQuery } from "@tanstack/react-query";
import { useApps } from "../../../lib/apps.ts";
import { connectionsQuery, recordTypesQuery } from "../../../lib/queries.ts";
import { firstOfEachApp, type Offer, offersOf } from "./offers.ts";

const mostApps = 8;

/** Ready syncs between the apps that are connected; undefined until that is known. */
export function useOffers(): Offer[] | undefined {
  const connections = useQuery(connectionsQuery()).data;
  const main = useApps().main?.id;
  const firsts = firstOfEachApp(connections ?? [], main).slice(0, mostApps);
  const types = useQueries({ queries: firsts.map(({ app, name }) => recordTypesQuery(app, name)) });
  if (connections === undefined || types.some(({ isPending }) => isPending)) return undefined;
  return offersOf(firsts.flatMap(({ app, name }, at) => (types[at]?.data ?? []).map((type) => ({ app, connection: name, type }))));
}
