import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import type { CatalogEntry } from "#api/schemas.ts";
import { useApps } from "./apps.ts";
import { catalogQuery, connectionsQuery } from "./queries.ts";
import { humanize } from "./words.ts";

/** Titles of operations and connections; until they are loaded, ids made readable. */
export function useNames() {
  const apps = useApps();
  const catalog = useQuery(catalogQuery()).data;
  const connections = useQuery(connectionsQuery()).data;
  return useMemo(() => {
    const titles = new Map(catalog?.map((entry) => [keyOf(entry), entry.title]));
    const named = new Map(connections?.map((connection) => [connection.name, connection.title]));
    return {
      operation: (app: string, operation: string) => titles.get(`${app}/${operation}`) ?? humanize(operation),
      connection: (name: string) => named.get(name) ?? name,
      app: (id: string) => apps.title(id),
    };
  }, [apps, catalog, connections]);
}

function keyOf(entry: CatalogEntry): string {
  return `${entry.app}/${entry.key}`;
}
