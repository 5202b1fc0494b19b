import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { json } from "node:stream/consumers";

export interface Person {
  id: string;
  name: string | null;
  email: string | null;
  changedAt: string;
}

/** A system that keeps people, as an app that Millrace does not know: it lists, reads, makes, changes and deletes them, and notes what was asked of it. */
export class PeopleApp {
  readonly people = new Map<string, Person>();
  /** Writes that reached it, in order: `PUT /people/p1 {"name":"Ada"}`. */
  readonly writes: string[] = [];
  /** How many requests of a record are under way at once, at most. */
  mostAtOnce = 0;
  /** Called before a request is done. Gives the status of a refusal. */
  before: (route: string) => Promise<number | void> | number | void = () => {};
  /** Called after a write was made, before it is answered. Gives the status of the answer instead of the usual one. */
  after: (route: string) => Promise<number | void> | number | void = () => {};
  readonly #prefix: string;
  readonly #now: () => number;
  readonly #server: Server;
  #made = 0;
  #atOnce = 0;

  private constructor(prefix: string, now: () => number) {
    this.#prefix = prefix;
    this.#now = now;
    this.#server = createServer((req, res) => {
      void this.#answer(req).then(([status, body]) =>
        res.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body)),
      );
    });
  }

  /** `prefix`: how its ids begin. */
  static async open(prefix: string, now: () => number): Promise<PeopleApp> {
    const app = new PeopleApp(prefix, now);
    await new Promise<void>((resolve) => app.#server.listen(0, "127.0.0.1", resolve));
    return app;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** Somebody makes or changes a person there. */
  put(person: Partial<Person>): Person {
    const id = person.id ?? `${this.#prefix}${++this.#made}`;
    const whole = { name: null, email: null, ...this.people.get(id), ...person, id, changedAt: new Date(this.#now()).toISOString() };
    this.people.set(id, whole);
    return whole;
  }

  /** Its people as `name <email>`, sorted. */
  get names(): string[] {
    return [...this.people.values()].map(({ name, email }) => `${name ?? ""} <${email ?? ""}>`).sort();
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #answer(req: IncomingMessage): Promise<[status: number, body: unknown]> {
    const route = `${req.method} ${new URL(req.url!, "http://people.test").pathname}`;
    const body = req.method === "POST" || req.method === "PUT" ? ((await json(req)) as Partial<Person>) : {};
    this.mostAtOnce = Math.max(this.mostAtOnce, ++this.#atOnce);
    const refusal = await this.before(route);
    const answer: [number, unknown] = typeof refusal === "number" ? [refusal, { message: "it is refused" }] : this.#do(route, body);
    const isWrite = !route.startsWith("GET ");
    if (isWrite && answer[0] < 300) this.writes.push(`${route} ${JSON.stringify(body)}`);
    const status = isWrite ? await this.after(route) : undefined;
    this.#atOnce--;
    return typeof status === "number" ? [status, { message: "no answer" }] : answer;
  }

  #do(route: string, body: Partial<Person>): [status: number, body: unknown] {
    const id = /^\w+ \/people\/(.+)$/.exec(route)?.[1];
    if (route === "GET /people") return [200, { people: [...this.people.values()] }];
    if (route === "POST /people") return [201, { person: this.put(body) }];
    const person = id === undefined ? undefined : this.people.get(id);
    if (!person) return [404, { message: "there is no such person" }];
    if (route.startsWith("PUT ")) return [200, { person: this.put({ ...body, id: person.id }) }];
    if (route.startsWith("DELETE ")) this.people.delete(person.id);
    return [200, { person }];
  }

  /** As people define it for Millrace. */
  get definition() {
    const text = { type: ["string", "null"] };
    const person = {
      type: "object",
      properties: {
        id: { type: "string" },
        name: text,
        email: { ...text, format: "email" },
        changedAt: { type: "string", format: "date-time" },
      },
    };
    const fields = [
      { name: "name", in: "body", schema: text },
      { name: "email", in: "body", schema: text },
    ];
    const id = { name: "id", in: "path", required: true, schema: { type: "string" } };
    const operation = (id: string, effect: string, method: string, path: string, more: object) => ({
      id,
      title: id,
      effect,
      method,
      path,
      ...more,
    });
    return {
      title: `People ${this.#prefix}`,
      baseUrl: `http://${this.host}`,
      auth: [{ kind: "token", title: "Key", fields: [{ name: "token", in: "secret", label: "Key", required: true }] }],
      operations: [
        operation("people.list", "read", "GET", "/people", {
          result: "people",
          list: true,
          identity: "id",
          changed: "changedAt",
          output: { type: "array", items: person },
        }),
        operation("people.get", "read", "GET", "/people/{id}", { input: [id], result: "person", identity: "id", output: person }),
        operation("people.create", "create", "POST", "/people", { input: fields, result: "person", identity: "id", output: person }),
        operation("people.update", "update", "PUT", "/people/{id}", {
          input: [id, ...fields],
          result: "person",
          identity: "id",
          output: person,
        }),
        operation("people.delete", "delete", "DELETE", "/people/{id}", { input: [id], result: "person" }),
      ],
    };
  }
}
