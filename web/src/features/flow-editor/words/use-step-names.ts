import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { useApps } from "../../../lib/apps.ts";
import { catalogQuery, connectionsQuery } from "../../../lib/queries.ts";
import { conditionWords } from "#engine/mapping/words/condition-words.ts";
import { expressionWords } from "#engine/mapping/words/expressions.ts";
import { templateWords } from "#engine/mapping/words/template-words.ts";
import { allSteps } from "../document/place.ts";
import type { StepNames } from "./step-names.ts";

const none: readonly CatalogEntry[] = [];

/** What the words of the cards are made with; until the catalog is there, ids made readable. `titles` are those that steps have of their own. */
export function useStepNames(titles: ReadonlyMap<string, string>): StepNames {
  const apps = useApps();
  const catalog = useQuery(catalogQuery()).data ?? none;
  const connections = useQuery(connectionsQuery()).data;
  return useMemo(() => {
    const entries = new Map(catalog.map((entry) => [`${entry.app}/${entry.key}`, entry]));
    const logins = new Map(
      (connections ?? []).flatMap(({ name, formerNames = [], title }) => [name, ...formerNames].map((one) => [one, title])),
    );
    const called = (id: string) => (titles.has(id) ? `'${titles.get(id)}'` : undefined);
    return {
      entry: (app, operation) => entries.get(`${app}/${operation}`),
      app: (id) => apps.title(id),
      connection: (name) => logins.get(name) ?? name,
      condition: (text) => conditionWords(text, called),
      value: (text) => expressionWords(text, called),
      text: (text) => templateWords(text, called).replace(/^'(.*)'$/s, "$1"),
    };
  }, [apps, catalog, connections, titles]);
}

/** The titles that steps have of their own, by their ids; the same map as before as long as none is another. */
export function useTitles(definition: FlowDefinition): ReadonlyMap<string, string> {
  const titles = allSteps(definition).flatMap(({ step }) =>
    typeof step.title === "string" && step.title !== "" ? [[step.id, step.title] as const] : [],
  );
  const key = JSON.stringify(titles);
  const last = useRef({ key, titles: new Map(titles) });
  if (last.current.key !== key) last.current = { key, titles: new Map(titles) };
  return last.current.titles;
}
