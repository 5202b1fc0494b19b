import { isObject } from "#kernel/json.ts";
import type { EndpointKey } from "#apps/highlevel/facts/keys.ts";
import type { Grant } from "../oauth/grants.ts";
import { wrongLocation } from "../refusal.ts";
import type { State } from "../state.ts";
import type { Contact, Note, Task } from "../types.ts";
import { noSuch } from "../refusal.ts";

export type ContactEvent = "ContactCreate" | "ContactUpdate" | "ContactDelete" | "ContactDndUpdate" | "ContactTagUpdate";
export type NoteEvent = "NoteCreate" | "NoteUpdate" | "NoteDelete";
export type TaskEvent = "TaskCreate" | "TaskComplete" | "TaskDelete";

/** What an endpoint may use: the state, and the word to those who listen. */
export interface World {
  readonly state: State;
  emit(event: ContactEvent | NoteEvent | TaskEvent, record: Contact | Note | Task): void;
}

/** One request that has passed the rim: logged in, scoped, well-formed. */
export interface Call {
  readonly grant: Grant;
  readonly params: Readonly<Record<string, string>>;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body: Readonly<Record<string, unknown>>;
}

/** An answer whose status is not the one in the vendor's description. */
export class Reply {
  readonly status: number;
  readonly body: Record<string, unknown>;

  constructor(status: number, body: Record<string, unknown>) {
    this.status = status;
    this.body = body;
  }
}

/** Synchronous: what one request changes is one transaction. */
export type Endpoint = (world: World, call: Call) => Record<string, unknown> | Reply;
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
export const isoTime = (ms: number): string => new Date(ms).toISOString();
