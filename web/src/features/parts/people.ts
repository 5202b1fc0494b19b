/** Where the records come from that a segment is tried with. */
import { queryOptions } from "@tanstack/react-query";
import type { ConnectionView, FlowView } from "#api/schemas.ts";
import { isObject } from "#kernel/json.ts";
import { api } from "../../lib/api.ts";

/** How many records are read: enough to see how large a segment is, few enough for one call. */
const mostRead = 100;

/** A place that has people. */
export interface PeopleSource {
  id: string;
  title: string;
  /** What one of its records is called. */
  word: "contact" | "user" | "event";
  connection?: string;
  flow?: string;
}

/** The contacts and users of each connected sub-account, and the events of each flow. */
export const peopleSources = (connections: readonly ConnectionView[], flows: readonly FlowView[]): PeopleSource[] => [
  ...connections
    .filter(({ app, access }) => app === "highlevel" && access !== "agency")
    .flatMap(({ name, title }): PeopleSource[] => [
      { id: `contacts ${name}`, title: `Contacts in ${title || name}`, word: "contact", connection: name },
      { id: `users ${name}`, title: `Users in ${title || name}`, word: "user", connection: name },
    ]),
  ...flows.map(({ id, name }): PeopleSource => ({ id: `flow ${id}`, title: `Events of ${name}`, word: "event", flow: id })),
];

export interface People {
  people: Record<string, unknown>[];
  /** What custom fields are called, by their ids. */
  fieldNames: ReadonlyMap<string, string>;
}

export const peopleQuery = (source: PeopleSource) =>
  queryOptions({ queryKey: ["people", source.id], queryFn: () => read(source), staleTime: 60_000, retry: false });

async function read({ word, connection, flow }: PeopleSource): Promise<People> {
  if (flow !== undefined) {
    const { samples } = await api.flows.samples({ id: flow });
    return { people: samples.map(({ payload }) => payload).filter(isObject), fieldNames: new Map() };
  }
  const list = async (operation: string, input = {}): Promise<Record<string, unknown>[]> => {
    const { output } = await api.operations.call({ operation: `highlevel.${operation}`, body: { connection, input, rows: mostRead } });
    return Array.isArray(output) ? output.filter(isObject).slice(0, mostRead) : [];
  };
  if (word === "user") return { people: await list("users.list_by_location"), fieldNames: new Map() };
  const people = await list("contacts.search");
  const fields = await list("locations.list_custom_fields").catch(() => []); // without their names they stand under their ids
  return { people, fieldNames: new Map(fields.map(({ id, name }) => [String(id), String(name)])) };
}
