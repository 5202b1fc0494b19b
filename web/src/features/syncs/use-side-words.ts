import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { cutText } from "#kernel/characters.ts";
import { capital } from "#kernel/words.ts";
import type { ConnectionView, RecordTypeView } from "#api/schemas.ts";
import { type Apps, useApps } from "../../lib/apps.ts";
import { connectionsQuery, recordTypesQuery } from "../../lib/queries.ts";
import { humanize } from "../../lib/words.ts";
import type { BothWords, Definition, SideWords } from "./types.ts";

const none: readonly ConnectionView[] = [];

/** What both sides of a sync are called, and which fields their records have. */
export function useSideWords({ a, b }: Pick<Definition, "a" | "b">): BothWords {
  const apps = useApps();
  const connections = useQuery(connectionsQuery()).data ?? none;
  const typesA = useQuery(recordTypesQuery(a.app, a.connection)).data;
  const typesB = useQuery(recordTypesQuery(b.app, b.connection)).data;
  return useMemo(
    () => ({ a: sideWords(a, apps, connections, typesA), b: sideWords(b, apps, connections, typesB) }),
    [a, b, apps, connections, typesA, typesB],
  );
}

/** Pure: one side in words. */
export function sideWords(
  side: Definition["a"],
  apps: Pick<Apps, "title">,
  connections: readonly Pick<ConnectionView, "name" | "title" | "formerNames">[],
  types: readonly RecordTypeView[] | undefined,
): SideWords {
  const type = types?.find(({ id }) => id === side.type) ?? null;
  const one = type?.title ?? humanize(side.type).toLowerCase();
  return {
    app: side.app,
    account: accountOf(side, connections) ?? apps.title(side.app),
    one,
    many: type?.many ?? `${one}s`,
    type,
  };
}

const longestName = 120;

/** "Contacts of Acme Dental ↔ Profiles of Harbour": what a new sync is called. */
export const nameOfSync = (a: SideWords, b: SideWords): string =>
  cutText([a, b].map(({ many, account }) => `${capital(many)} of ${account}`).join(" ↔ "), longestName);

/** A connection may have been renamed since the sync was written. */
const accountOf = (
  { connection }: Pick<Definition["a"], "connection">,
  connections: readonly Pick<ConnectionView, "name" | "title" | "formerNames">[],
): string | undefined =>
  connections.find(({ name, formerNames }) => name === connection || formerNames?.includes(connection) === true)?.title;
