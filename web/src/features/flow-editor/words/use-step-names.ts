import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { useApps } from "../../../lib/apps.ts";
import { catalogQuery, connectionsQuery, rulesOfPartsQuery } from "../../../lib/queries.ts";
import { withRuleTitles } from "#engine/mapping/rule-names.ts";
import { conditionWords } from "#engine/mapping/words/condition-words.ts";
import { expressionWords } from "#engine/mapping/words/expressions.ts";
import { templateWords } from "#engine/mapping/words/template-words.ts";
import { fieldWords } from "#kernel/field-words.ts";
import { itemNames } from "../document/step-id.ts";
import { allSteps } from "../document/place.ts";
import type { StepNames } from "./step-names.ts";

const none: readonly CatalogEntry[] = [];

/** What the words of the cards are made with; until the catalog is there, ids made readable. */
export function useStepNames(sources: ReadonlyMap<string, string>): StepNames {
  const apps = useApps();
  const catalog = useQuery(catalogQuery()).data ?? none;
  const connections = useQuery(connectionsQuery()).data;
  const rules = useQuery(rulesOfPartsQuery()).data;
  return useMemo(() => {
    const entries = new Map(catalog.map((entry) => [`${entry.app}/${entry.key}`, entry]));
    const logins = new Map(
      (connections ?? []).flatMap(({ name, formerNames = [], title }) => [name, ...formerNames].map((one) => [one, title])),
    );
    const called = (id: string) => sources.get(id);
    const titled = (text: string) => withRuleTitles(text, rules);
    return {
      entry: (app, operation) => entries.get(`${app}/${operation}`),
      app: (id) => apps.title(id),
      connection: (name) => logins.get(name) ?? name,
      source: called,
      condition: (text) => conditionWords(titled(text), called),
      value: (text) => expressionWords(titled(text), called),
      text: (text) => templateWords(titled(text), called).replace(/^'(.*)'$/s, "$1"),
    };
  }, [apps, catalog, connections, rules, sources]);
}

/** What the sources of a flow are called, by their ids: "'Find the contact'", "step 2"; the same map as before as long as none is another. */
export function useSourceNames(definition: FlowDefinition): ReadonlyMap<string, string> {
  const names = sourceNames(definition);
  const key = JSON.stringify(names);
  const last = useRef({ key, names: new Map(names) });
  if (last.current.key !== key) last.current = { key, names: new Map(names) };
  return last.current.names;
}

/** A step by its own title or its number, an item by its name. */
export const sourceNames = (definition: FlowDefinition): (readonly [id: string, name: string])[] =>
  allSteps(definition).flatMap(({ step, number }) => {
    const own = [step.id, typeof step.title === "string" && step.title !== "" ? `'${step.title}'` : `step ${number}`] as const;
    return "forEach" in step && itemNames(step)[0] !== "item"
      ? [own, [itemNames(step)[0], `the ${fieldWords(itemNames(step)[0])}`]]
      : [own];
  });
