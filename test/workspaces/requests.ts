import { z } from "zod";
import { helpdeskDefinition } from "#test/support/add-an-app.ts";
import { splitAddress } from "#api/addresses.ts";
import type { RouteFacts } from "#api/routes.ts";
import { nobodyThere, type Things } from "./things.ts";

/** What a request may call a thing of a kind: the n-th of its names. */
export type Pick = (kind: keyof Things) => string;

/** Which thing a parameter of a path names, by the path up to it; the longest that fits counts. */
const named: Record<string, keyof Things> = {
  "/flows/:": "flow",
  "/runs/:": "run",
  "/runs/waiting-replays/:": "waitingReplay",
  "/connections/:": "connection",
  "/inboxes/:": "inbox",
  "/private-hosts/:": "privateHost",
  "/apps/:": "app",
};

/** Which thing a query names; null where it names none. */
const queries: Record<string, { thing: keyof Things } | { value: string | null }> = {
  flow: { thing: "flow" },
  person: { thing: "person" },
  verify: { value: "false" },
  force: { value: "true" },
  state: { value: null },
  attention: { value: null },
  recovered: { value: null },
  from: { value: null },
  to: { value: null },
  before: { value: null }, // a place in the list of one's own runs, whoever's run has that id
  limit: { value: null },
  after: { value: null },
  app: { thing: "app" },
  q: { value: null },
  key: { value: null },
  endpoints: { value: null },
};

const definition = (pick: Pick, name: string) => ({
  name,
  trigger: { app: "highlevel", operation: "ContactCreate", connection: pick("connection"), inbox: pick("inbox") },
  steps: [{ id: "post", app: "http", operation: "post", connection: pick("connection"), input: { url: nobodyThere } }],
});
const runs = (pick: Pick) => ({ ids: [pick("run")], from: "start", version: "same" });

/** A body for each route that cannot do without one. It names things wherever it can. `name`: nobody has it yet. */
const bodies: Record<string, (pick: Pick, name: string) => unknown> = {
  "flows.create": definition,
  "flows.save": definition,
  "flows.publish": () => ({ force: true }),
  "flows.repair": (pick) => ({
    step: "post",
    field: "connection",
    from: pick("connection"),
    to: pick("connection"),
    replay: [pick("run")],
    force: true,
  }),
  "flows.dryRun": (pick, name) => ({ definition: definition(pick, name), payload: {} }),
  "flows.run": (pick) => ({ payload: { id: pick("run") } }),
  "runs.replay": (pick) => ({ ...runs(pick), when: "connected" }),
  "runs.replayCheck": runs,
  "runs.cancelMany": (pick) => ({ filter: { flow: pick("flow"), person: pick("person") } }),
  "connections.add": (pick, name) => ({ name, app: "http", auth: "header", baseUrl: nobodyThere, secret: { token: pick("run") } }),
  "connections.testDraft": (pick) => ({ id: pick("connection"), patch: { title: "Tried" } }),
  "connections.change": (_, name) => ({ title: name }),
  "connections.replace": (_, name) => ({ title: name }),
  "privateHosts.add": () => ({ host: "allowed.lan" }),
  "inboxes.add": (pick, name) => ({ name, app: "highlevel", flows: [pick("flow")] }),
  "inboxes.change": (pick, name) => ({ title: name, flows: [pick("flow")] }),
  "apps.put": () => helpdeskDefinition(nobodyThere),
  "catalog.call": (pick) => ({
    app: "http",
    operation: "post",
    connection: pick("connection"),
    input: { url: nobodyThere },
    dry: true,
  }),
  "session.start": (pick) => ({ link: pick("run") }),
};

export interface Sent {
  method: string;
  path: string;
  body?: unknown;
}

/** A request of a route, naming the things that are picked. Throws what has to be added here where it cannot be told. */
export function requestOf(route: string, address: string, { query, body, reply }: RouteFacts, pick: Pick, name: string): Sent {
  if (reply === null)
    throw new Error(`${route} answers with a stream. Listen to it in test/workspaces/events.it.test.ts, and name it in walk.ts`);
  const { method, path } = splitAddress(address);
  const filled = path.replace(/:(\w+)/g, (_, param: string, at: number) => encodeURIComponent(pick(thingAt(path, at, param))));
  const search = query === undefined ? "" : `?${new URLSearchParams(queryOf(route, query, pick)).toString()}`;
  const make = bodies[route];
  if (body !== undefined && make === undefined && !body.safeParse(undefined).success)
    throw new Error(
      `The route ${route} takes a body. Add one to \`bodies\` in test/workspaces/requests.ts, with the ids of things where it takes any`,
    );
  const sent = make?.(pick, name);
  if (body !== undefined && sent !== undefined && !body.safeParse(sent).success)
    throw new Error(`The body for ${route} in test/workspaces/requests.ts does not fit its schema: ${body.safeParse(sent).error?.message}`);
  return { method, path: `${filled}${search}`, ...(sent !== undefined && { body: sent }) };
}

function thingAt(path: string, at: number, param: string): keyof Things {
  const before = path.slice(0, at + 1);
  const thing = named[before];
  if (thing === undefined)
    throw new Error(`Nobody has said what :${param} in ${path} names. Add '${before}' to \`named\` in test/workspaces/requests.ts`);
  return thing;
}

function queryOf(route: string, query: z.ZodType, pick: Pick): Record<string, string> {
  if (!(query instanceof z.ZodObject)) throw new Error(`The query of ${route} is no object, so test/workspaces/requests.ts cannot read it`);
  const values = Object.keys(query.shape).flatMap((name): [string, string][] => {
    const known = queries[name];
    if (known === undefined)
      throw new Error(
        `Nobody has said whether '${name}' in the query of ${route} names a thing. Add it to \`queries\` in test/workspaces/requests.ts`,
      );
    if ("thing" in known) return [[name, pick(known.thing)]];
    return known.value === null ? [] : [[name, known.value]];
  });
  return Object.fromEntries(values);
}
