import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

type Row = Record<string, unknown> & { changedAt: string };

const text = { type: ["string", "null"] };
/** Its lists: which fields their rows have beside the id and the time of the last change. */
const lists = {
  contacts: { id: "contactId", fields: { email: { ...text, format: "email" }, name: text, status: text } },
  notes: { id: "id", fields: { body: text, contactId: text } },
  tasks: { id: "id", fields: { title: text, body: text, dueDate: { ...text, format: "date-time" }, contactId: text } },
  tags: { id: "id", fields: { name: text, colour: text, description: text } },
} as const;
type List = keyof typeof lists;

/** A system that keeps contacts with their notes and tasks, and tags, as an app that Millrace does not know. */
export class CrmApp {
  /** Called before a request is done. Gives the status of a refusal. */
  refuse: (route: string) => number | void = () => {};
  readonly #rows = new Map<List, Map<string, Row>>(Object.keys(lists).map((list) => [list as List, new Map()]));
  readonly #now: () => number;
  readonly #server: Server;
  #made = 0;

  private constructor(now: () => number) {
    this.#now = now;
    this.#server = createServer((req, res) => {
      void this.#answer(req).then(([status, body]) =>
        res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      );
    });
  }

  static async open(now: () => number): Promise<CrmApp> {
    const app = new CrmApp(now);
    await new Promise<void>((resolve) => app.#server.listen(0, "127.0.0.1", resolve));
    return app;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  all(list: List): Row[] {
    return [...this.#rows.get(list)!.values()];
  }

  /** Somebody makes a record there, or changes the one with this id. Gives its id. */
  put(list: List, row: Record<string, unknown>): string {
    const { id: key } = lists[list];
    const id = String(row[key] ?? `${list}-${++this.#made}`);
    const old = this.#rows.get(list)!.get(id);
    this.#rows.get(list)!.set(id, { ...old, ...row, [key]: id, changedAt: new Date(this.#now()).toISOString() });
    return id;
  }

  delete(list: List, id: string): void {
    this.#rows.get(list)!.delete(id);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(req: IncomingMessage): Promise<[status: number, body: unknown]> {
    const [, name, id] = new URL(req.url!, "http://crm.test").pathname.split("/");
    const body = req.method === "POST" || req.method === "PUT" ? ((await json(req)) as Record<string, unknown>) : {};
    const refused = this.refuse(`${req.method} /${name}`);
    if (refused !== undefined) return [refused, { message: "The office is closed for stocktaking" }];
    const list = name as List;
    const rows = this.#rows.get(list);
    if (!rows) return [404, { message: "there is no such list" }];
    if (id === undefined) return req.method === "POST" ? [201, rows.get(this.put(list, body))] : [200, { rows: this.all(list) }];
    const row = rows.get(id);
    if (!row) return [404, { message: "there is no such record" }];
    if (req.method === "PUT") this.put(list, { ...body, [lists[list].id]: id });
    if (req.method === "DELETE") rows.delete(id);
    return [200, rows.get(id) ?? row];
  }

  /** As people define it for Millrace. */
  get definition() {
    return {
      title: "Office",
      baseUrl: `http://${this.host}`,
      auth: [{ kind: "token", title: "Key", fields: [{ name: "token", in: "secret", label: "Key", required: true }] }],
      operations: (Object.keys(lists) as List[]).flatMap(operationsOf),
    };
  }
}

function operationsOf(list: List) {
  const { id: identity, fields } = lists[list];
  const output = {
    type: "object",
    properties: { [identity]: { type: "string" }, ...fields, changedAt: { type: "string", format: "date-time" } },
  };
  const input = Object.entries(fields).map(([name, schema]) => ({ name, in: "body", schema }));
  const inPath = { name: "rowId", in: "path", required: true, schema: { type: "string" } };
  const operation = (verb: string, effect: string, method: string, more: object) => ({
    id: `${list}.${verb}`,
    title: `${verb} ${list}`,
    effect,
    method,
    path: `/${list}${method === "POST" || verb === "list" ? "" : "/{rowId}"}`,
    identity,
    output,
    ...more,
  });
  return [
    operation("list", "read", "GET", { result: "rows", list: true, changed: "changedAt", output: { type: "array", items: output } }),
    operation("get", "read", "GET", { input: [inPath] }),
    operation("create", "create", "POST", { input }),
    operation("update", "update", "PUT", { input: [inPath, ...input] }),
    operation("delete", "delete", "DELETE", { input: [inPath] }),
  ];
}
