import type { z } from "zod";
import { addresses, splitAddress, type Addresses, type Method, type Noun, type ParamName } from "./addresses.ts";
import type { Routes } from "./routes.ts";

/** What a client sends: the path is under the API's prefix and complete, query included. */
export interface ApiRequest {
  method: Method;
  path: string;
  body?: unknown;
}

/** Sends one request and returns the JSON of a successful answer. Throws otherwise. */
export type Send = (request: ApiRequest) => Promise<unknown>;

type Part<Name extends string, Schema> = Schema extends z.ZodType
  ? undefined extends z.input<Schema>
    ? { [K in Name]?: z.input<Schema> }
    : object extends z.input<Schema>
      ? { [K in Name]?: z.input<Schema> }
      : { [K in Name]: z.input<Schema> }
  : unknown;
type Member<Route, Name extends string> = Route extends Record<Name, infer Value> ? Value : undefined;
type Params<Address> = [ParamName<Address>] extends [never] ? unknown : { [K in ParamName<Address>]: string };
type Input<Address, Route> = Params<Address> & Part<"query", Member<Route, "query">> & Part<"body", Member<Route, "body">>;
type Reply<Route> = Member<Route, "reply"> extends z.ZodType ? z.output<Member<Route, "reply">> : never;
type Call<Address, Route> =
  object extends Input<Address, Route>
    ? (input?: Input<Address, Route>) => Promise<Reply<Route>>
    : (input: Input<Address, Route>) => Promise<Reply<Route>>;

/** Every route as a method: `client.flows.publish({ id, body: { force: true } })`. */
export type Client = {
  readonly [N in Noun]: { readonly [R in keyof Addresses[N]]: Call<Addresses[N][R], R extends keyof Routes[N] ? Routes[N][R] : never> };
};

interface AnyInput {
  query?: Record<string, unknown>;
  body?: unknown;
  [param: string]: unknown;
}

/** The client of the API, over any transport. */
export function createClient(send: Send): Client {
  const nouns = Object.entries(addresses).map(([noun, calls]) => [noun, methodsOf(calls, send)]);
  return Object.fromEntries(nouns) as Client;
}

function methodsOf(calls: Record<string, string>, send: Send) {
  const methods = Object.entries(calls).map(([name, address]) => [name, (input?: AnyInput) => send(requestOf(address, input))]);
  return Object.fromEntries(methods) as Record<string, (input?: AnyInput) => Promise<unknown>>;
}

/** An address filled in. */
export function requestOf(address: string, { query, body, ...params }: AnyInput = {}): ApiRequest {
  const { method, path } = splitAddress(address);
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name])));
  // A POST without a body says so: some proxies refuse one that leaves it open.
  const content = body ?? (method === "POST" ? {} : undefined);
  return { method, path: `${filled}${queryOf(query)}`, ...(content !== undefined && { body: content }) };
}

function queryOf(query: Record<string, unknown> = {}): string {
  const set = Object.entries(query).filter(([, value]) => value !== undefined && value !== "");
  return set.length === 0 ? "" : `?${new URLSearchParams(set.map(([name, value]): [string, string] => [name, String(value)])).toString()}`;
}
