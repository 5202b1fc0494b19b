import { queryOptions, useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { apiPrefix } from "#api/addresses.ts";
import { useApps } from "../../../lib/apps.ts";
import { isObject } from "#kernel/json.ts";
import { catalogQuery, connectionsQuery } from "../../../lib/queries.ts";
import type { Vocabulary } from "../../../components/json-box/complete.ts";

/** The contract of the server: the schema of a flow is in it. */
const contractQuery = () =>
  queryOptions({
    queryKey: ["contract"],
    queryFn: async (): Promise<unknown> => (await fetch(`${apiPrefix}/openapi.json`)).json(),
    staleTime: Infinity,
  });

/** What completion knows; null until the contract is there, and where it cannot be had. */
export function useVocabulary(): Vocabulary | null {
  const contract = useQuery(contractQuery()).data;
  const catalog = useQuery(catalogQuery()).data;
  const connections = useQuery(connectionsQuery()).data;
  const apps = useApps();
  return useMemo(() => {
    const components = isObject(contract) && isObject(contract["components"]) ? contract["components"] : {};
    const schemas = isObject(components["schemas"]) ? components["schemas"] : {};
    const root = schemas["FlowDefinition"];
    if (!isObject(root)) return null;
    return {
      root,
      schemas,
      values: (member, around) => {
        const app = isObject(around) ? around["app"] : undefined;
        if (member === "app") return apps.list.map(({ id, title }) => ({ value: id, about: title }));
        if (member === "operation")
          return (catalog ?? [])
            .filter((entry) => entry.app === app && !entry.deprecated)
            .map(({ key, title }) => ({ value: key, about: title }));
        if (member === "connection")
          return (connections ?? [])
            .filter((one) => app === undefined || one.app === app)
            .map(({ name, title }) => ({ value: name, about: title }));
        return [];
      },
    };
  }, [contract, catalog, connections, apps]);
}
