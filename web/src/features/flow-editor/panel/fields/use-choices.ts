import { queryOptions, useQuery } from "@tanstack/react-query";
import { useDeferredValue, useState } from "react";
import type { InputField, Lookup, Suggest } from "#catalog/types.ts";
import { api } from "../../../../lib/api.ts";
import { useApps } from "../../../../lib/apps.ts";
import { messageOf } from "../../../../lib/query.ts";
import { isObject } from "#kernel/json.ts";
import { type NamedChoice, namedChoices } from "../../../../lib/named-choices.ts";

interface Choices {
  choices: readonly NamedChoice[];
  busy: boolean;
  problem: string | undefined;
  /** Why they could not be looked up; null where they were. */
  error: unknown;
  /** Asks for them. */
  enter: () => void;
}

const text = (value: unknown): string =>
  value === undefined || value === null ? "" : typeof value === "object" ? JSON.stringify(value) : String(value);

/** The names that a field may have, asked for once its box is entered, or at once. `values` are those of the other fields: a stage depends on its pipeline. */
export function useLookup(
  lookup: Lookup | undefined,
  app: string,
  connection: string | null,
  values: Readonly<Record<string, unknown>>,
  /** Before its box is entered: something is chosen that has to be shown by its name. */
  atOnce: boolean,
  by: "name" | "id" = "name",
): Choices {
  const [entered, setEntered] = useState(false);
  const mayAsk = useMayAsk(app, connection);
  const query = useQuery({
    ...choicesQuery(app, lookup, connection),
    enabled: (entered || atOnce) && lookup !== undefined && mayAsk,
  });
  return {
    choices: lookup === undefined ? [] : namedChoices(query.data, lookup, values, by),
    busy: query.isFetching,
    problem: query.error ? "The names cannot be looked up." : !mayAsk ? "Choose a connection first." : undefined,
    error: query.error,
    enter: () => setEntered(true),
  };
}

/** The rows that the names are in. */
export const choicesQuery = (app: string, lookup: Lookup | undefined, connection: string | null) =>
  queryOptions({
    queryKey: ["choices", app, lookup, connection],
    queryFn: () => rows(app, lookup!, connection),
    staleTime: 60_000,
    retry: false,
    meta: { quiet: true },
  });

/** The records that fit what is typed; before anything is typed, the one that was chosen earlier. */
export function useSuggestions(
  suggest: Suggest | undefined,
  app: string,
  connection: string | null,
  typed: string,
  chosen: string,
): Omit<Choices, "enter" | "error"> {
  const wanted = useDeferredValue(typed.trim());
  const mayAsk = useMayAsk(app, connection);
  const query = useQuery({
    queryKey: ["suggestions", app, suggest, connection, wanted],
    queryFn: () => call(app, suggest!.operation, connection, { ...suggest!.input, [suggest!.query]: wanted }),
    enabled: suggest !== undefined && wanted.length > 1 && mayAsk,
    staleTime: 60_000,
    retry: false,
    placeholderData: (before: unknown) => before,
  });
  const one = useQuery({
    queryKey: ["suggestions", app, suggest, connection, { chosen }],
    queryFn: () => call(app, suggest!.one!.operation, connection, { [suggest!.one!.id]: chosen }),
    enabled: suggest?.one !== undefined && typed === "" && isId(chosen) && mayAsk,
    staleTime: Infinity,
    retry: false,
    meta: { quiet: true },
  });
  const listed = Array.isArray(query.data) ? query.data : [];
  const rows = suggest === undefined ? [] : (typed === "" ? [one.data] : listed).filter(isObject);
  return {
    choices: rows.map((row) => {
      const [label = "", ...notes] = labelled(row, suggest!.label);
      return { value: text(row[suggest!.value]), label, note: notes.join(" · ") || undefined };
    }),
    busy: query.isFetching,
    problem: query.error ? messageOf(query.error) : undefined,
  };
}

/** Nothing, a template and a name that is being written are no ids. */
export const isId = (value: unknown): boolean => typeof value === "string" && /^[\w-]{12,64}$/.test(value);

/** A person's names make one label; what comes after them tells them apart. */
function labelled(row: Record<string, unknown>, paths: readonly string[]): string[] {
  const said = paths.map((path) => text(row[path])).filter((part) => part !== "");
  const names = said.filter((part) => !/[@\d]/.test(part));
  const others = said.filter((part) => /[@\d]/.test(part));
  return names.length === 0 ? others : [names.join(" "), ...others];
}

const useMayAsk = (app: string, connection: string | null): boolean => {
  const needsLogin = useApps().of(app)?.needsLogin ?? true;
  return connection !== null || !needsLogin;
};

const call = async (app: string, operation: string, connection: string | null, input: Record<string, unknown>): Promise<unknown> =>
  (await api.operations.call({ operation: `${app}.${operation}`, body: { ...(connection === null ? {} : { connection }), input } })).output;

/** The list that offers the names; another where the login may not read the first. */
async function rows(app: string, { operation, otherwise, input = {} }: Lookup, connection: string | null): Promise<unknown> {
  try {
    return await call(app, operation, connection, input);
  } catch (thrown) {
    if (otherwise === undefined) throw thrown;
    return call(app, otherwise, connection, input);
  }
}

/** The field as one that names something else. */
export const isNamed = ({ lookup, suggest }: Pick<InputField, "lookup" | "suggest">): boolean =>
  lookup !== undefined || suggest !== undefined;
