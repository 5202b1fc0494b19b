import { isObject } from "#kernel/json.ts";
import type { EndpointKey } from "#apps/highlevel/facts/keys.ts";
import type { Grant } from "../oauth/grants.ts";
import { noSuch, wrongLocation } from "../refusal.ts";
import type { State } from "../state.ts";
import type { Row, Table } from "../table.ts";
import type { Message } from "../rows/conversations.ts";
import type { Contact, Location } from "../types.ts";
import type { EventName, EventRecords } from "./events.ts";

/** What an endpoint may use: the state, and the word to those who listen. */
export interface World {
  readonly state: State;
  emit<E extends EventName>(event: E, record: EventRecords[E]): void;
  /** Takes a message that was written on its way: at once, or when it is due. */
  mail(message: Message): void;
  /** The app that a conversation provider belongs to. */
  ownerOfProvider(id: string): { appId: string } | undefined;
  /** Ends a location: its logins, its installs and all that is in it. */
  close(location: Location): void;
}

/** One request that has passed the rim: logged in, scoped, well-formed. */
export interface Call {
  readonly grant: Grant;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
  /** The body where it is a list. */
  readonly list: readonly unknown[];
  /** The files of a multipart body. */
  readonly files: readonly Upload[];
  /** Asked of the vendor's newer version. */
  readonly newer?: boolean;
}

/** A file of a multipart body, under the name of its part. */
export interface Upload {
  name: string;
  filename: string;
  type: string;
  size: number;
}

/** Something other than JSON. */
export class Download {
  readonly type: string;
  readonly name: string;
  readonly content: Buffer | string;

  constructor(type: string, name: string, content: Buffer | string) {
    this.type = type;
    this.name = name;
    this.content = content;
  }
}
/** A record or a list as a rule; some endpoints answer a bare value. */
export type AnswerBody = Record<string, unknown> | readonly unknown[] | Download | string | number | boolean | null;

/** An answer whose status is not the one in the vendor's description. */
export class Reply {
  readonly status: number;
  readonly body: AnswerBody;

  constructor(status: number, body: AnswerBody) {
    this.status = status;
    this.body = body;
  }
}

/** Synchronous: what one request changes is one transaction. */
export type Endpoint = (world: World, call: Call) => AnswerBody | Reply;
export type Endpoints = Partial<Record<EndpointKey, Endpoint>>;

/** The location a request names, if its token may go there. */
export function locationOf(world: World, { grant }: Call, named: unknown): string {
  if (typeof named !== "string" || !mayEnter(world, grant, named)) throw wrongLocation();
  return named;
}

/** The contact a path names. One of another location is refused, one that is not there is 400 as with the vendor. */
export function contactOf(world: World, call: Call, id = call.params.contactId!): Contact {
  const contact = world.state.contacts.get(id);
  if (!contact) throw noSuch("Contact", id);
  locationOf(world, call, contact.locationId);
  return contact;
}

/** The record an id names, in a location the token may enter. */
export function rowOf<T extends Row & { locationId: string }>(world: World, call: Call, table: Table<T>, what: string, id: unknown): T {
  const row = typeof id === "string" ? table.get(id) : undefined;
  if (!row) throw noSuch(what, String(id));
  locationOf(world, call, row.locationId);
  return row;
}

function mayEnter({ state }: World, grant: Grant, locationId: string): boolean {
  if (grant.locationId) return grant.locationId === locationId;
  return state.locations.get(locationId)?.companyId === grant.companyId;
}

export const textOf = (value: unknown): string | undefined => (typeof value === "string" && value !== "" ? value : undefined);
export const textsOf = (value: unknown): string[] => (Array.isArray(value) ? value.filter((v): v is string => typeof v === "string") : []);
export const objectOf = (value: unknown): Record<string, unknown> => (isObject(value) ? value : {});
/** A count from a query or body; `fallback` where it is none. */
export function countOf(value: unknown, fallback: number, max = Number.MAX_SAFE_INTEGER): number {
  const count = Math.floor(Number(value));
  return Number.isFinite(count) && count >= 0 && value !== "" && value !== undefined ? Math.min(count, max) : fallback;
}
/** The keys of a body that were given, among those named. The strict validator has seen to their types. */
export const picked = <K extends string>(body: Call["body"], keys: readonly K[]): { [N in K]?: never } =>
  Object.fromEntries(keys.filter((key) => body[key] !== undefined && body[key] !== null).map((key) => [key, body[key]])) as {
    [N in K]?: never;
  };
/** A page of rows by the query's `limit` and `skip` (or `offset`). */
export function pageOf<T>(rows: T[], { query }: Call, { limit = 100, max = 1000 } = {}): T[] {
  const skip = countOf(query.skip ?? query.offset, 0);
  return rows.slice(skip, skip + countOf(query.limit, limit, max));
}
