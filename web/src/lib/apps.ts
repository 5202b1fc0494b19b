import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useEffect, useMemo, useRef } from "react";
import type { AppView } from "#api/schemas.ts";
import { appsQuery } from "./queries.ts";
import { humanize } from "./words.ts";

/** The apps of the workspace, as the server declares them: no page names an app itself. */
export class Apps {
  readonly list: readonly AppView[];
  readonly #byId: ReadonlyMap<string, AppView>;

  constructor(list: readonly AppView[]) {
    this.list = list;
    this.#byId = new Map(list.map((app) => [app.id, app]));
  }

  of(id: string): AppView | undefined {
    return this.#byId.get(id);
  }

  /** An app's name as its makers write it; until it is loaded, its id made readable. */
  title(id: string): string {
    return this.#byId.get(id)?.title ?? humanize(id);
  }

  /** The app that is meant where none is named. */
  get main(): AppView | undefined {
    return this.list.find(({ main }) => main) ?? this.list[0];
  }

  /** The app whose events come to inboxes. */
  get withInbox(): AppView | undefined {
    return this.list.find(({ inbox }) => inbox !== null);
  }
}

const none: readonly AppView[] = [];

/** The apps there are; none until they are loaded. */
export function useApps(): Apps {
  const apps = useQuery(appsQuery()).data?.apps ?? none;
  return useMemo(() => new Apps(apps), [apps]);
}

/** Loads the catalog again once an app of the workspace was defined, changed or deleted. */
export function useFreshCatalog(): void {
  const cache = useQueryClient();
  const revision = useQuery(appsQuery()).data?.revision;
  const seen = useRef<number | undefined>(undefined);
  useEffect(() => {
    if (seen.current !== undefined && revision !== undefined && seen.current !== revision)
      void cache.invalidateQueries({ queryKey: ["catalog"] });
    if (revision !== undefined) seen.current = revision;
  }, [cache, revision]);
}
