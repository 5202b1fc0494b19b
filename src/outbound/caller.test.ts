import { beforeEach, describe, expect, it } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import { AppRegistry } from "#catalog/registry.ts";
import type { App, InputField, Operation, Recipe } from "#catalog/types.ts";
import type { CallConnection } from "./call-connections.ts";
import type { CallRequest } from "./call.ts";
import { createCaller, type Caller } from "./caller.ts";
import type { Exchange, OutboundCall } from "./types.ts";

const field = (name: string, more: Partial<InputField> = {}): InputField => ({ name, in: "body", schema: { type: "string" }, ...more });
const operation = (id: string, more: Partial<Operation>): Operation => ({
  id,
  app: "crm",
  title: id,
  category: "People",
  kind: "action",
  effect: "create",
  method: "POST",
  path: `/${id.replace(".", "/")}`,
  scopes: [],
  access: [],
  input: [field("name", { required: true }), field("email")],
  result: "",
  ...more,
});
const read = { effect: "read", method: "GET" } as const;
const recipe: Recipe = {
  operation: operation("people.twice", { recipe: true }),
  async run({ call }, input) {
    await call("people.create", input);
    return { output: (await call("people.create", input)).output };
  },
};
const operations = [
  operation("people.create", {
    confirm: { operation: "people.list", input: {}, match: { email: "input.email" }, needs: ["email"] },
  }),
  operation("people.create_wrapped", {
    confirm: { operation: "people.list", input: {}, match: { email: "input.email" }, needs: ["email"] },
    example: { input: {}, output: { person: { id: "p0", email: "p0@crm.example" }, meta: { took: 3 } } },
  }),
  operation("people.update", {
    effect: "update",
    method: "PUT",
    input: [field("id"), field("name")],
    before: { operation: "people.get", input: { id: "input.id" }, ignore: ["id"] },
  }),
  operation("people.get", { ...read, path: "/people/{id}", input: [field("id", { in: "path", required: true })] }),
  operation("people.list", {
    ...read,
    input: [field("skip", { in: "query", schema: { type: "integer" } }), field("limit", { in: "query", schema: { type: "integer" } })],
    result: "people",
    list: true,
    identity: "id",
    paging: { style: "offset", in: "query", offset: "skip", size: "limit", max: 2 },
  }),
  operation("people.old", { ...read, input: [], deprecated: true }),
  operation("people.open", {
    effect: "link",
    input: [field("name", { control: "lookup", lookup: { operation: "people.list", value: "id", label: "name", by: ["name"] } })],
  }),
  operation("anywhere.get", { ...read, path: "{+url}", input: [field("url", { in: "path", required: true })] }),
  operation("anywhere.post", { path: "{+url}", input: [field("url", { in: "path", required: true })] }),
  recipe.operation,
];
const crm: App = {
  id: "crm",
  title: "CRM",
  baseUrl: "https://crm.example",
  auth: [{ kind: "token", title: "Token", header: "Authorization", prefix: "Bearer " }],
  operations,
  triggers: [],
  refusals: [],
};
const exchange = (call: OutboundCall): Exchange => ({ at: 0, method: call.request.method, url: call.request.url, durationMs: 1 });

let clock: TestClock;
let sent: OutboundCall[];
/** What the other side says: an answer, or an error that is thrown. */
let answer: (call: OutboundCall) => unknown;
/** The connections there are, and for which ones was asked. */
let connections: CallConnection[];
let asked: string[];
let caller: Caller;

beforeEach(() => {
  clock = new TestClock();
  sent = [];
  asked = [];
  answer = () => ({ id: "p1", name: "Ada" });
  connections = [{ id: "con_1", workspaceId: "ws_1", name: "acme", app: "crm", auth: "token" }];
  caller = createCaller({
    catalog: new AppRegistry([{ app: crm, recipes: [recipe] }]),
    remembered: (_connection, call) => call,
    async connection(workspaceId, name) {
      asked.push(`${workspaceId} ${name}`);
      return connections.find((each) => each.workspaceId === workspaceId && each.name === name) ?? null;
    },
    outbound: {
      async send(call) {
        sent.push(call);
        return { status: 200, headers: {}, body: await answer(call), exchange: exchange(call) };
      },
      async close() {},
    },
    clock,
  });
});

const request = (operationId: string, input: Record<string, unknown> = { name: "Ada" }, more: Partial<CallRequest> = {}): CallRequest => ({
  workspaceId: "ws_1",
  app: "crm",
  operation: operationId,
  connection: "acme",
  input,
  lane: "live",
  dry: false,
  idempotencyKey: "run_1/send",
  ...more,
});
const call = (...args: Parameters<typeof request>) => caller.call(request(...args));
const urls = () => sent.map(({ request: { method, url } }) => `${method} ${url.replace(crm.baseUrl, "")}`);

describe("the connection of a call", () => {
  it("is remembered for five seconds, and then asked for again, so that what another process changed is seen", async () => {
    await call("people.create");
    await clock.advance(4_999);
    await call("people.create");
    expect(asked).toEqual(["ws_1 acme"]);
    connections = [{ ...connections[0]!, id: "con_2", baseUrl: "https://moved.example" }];
    await clock.advance(1);
    await call("people.create");
    expect(asked).toHaveLength(2);
    expect(sent.map(({ connection, request: { url } }) => [connection.id, new URL(url).host])).toEqual([
      ["con_1", "crm.example"],
      ["con_1", "crm.example"],
      ["con_2", "moved.example"],
    ]);
  });

  it("that was removed meanwhile makes no call once the five seconds are over", async () => {
    await call("people.create");
    connections = [];
    await clock.advance(5_000);
    await expect(call("people.create")).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN", details: { connection: "acme" } });
    expect(sent).toHaveLength(1);
  });

  it("is forgotten at once when one was changed here", async () => {
    await call("people.create");
    caller.forgetConnections();
    await call("people.create");
    expect(asked).toHaveLength(2);
  });

  it("is that of the workspace that calls, though another's has the same name", async () => {
    connections.push({ ...connections[0]!, id: "con_other", workspaceId: "ws_2" });
    await call("people.create");
    await call("people.create", undefined, { workspaceId: "ws_2" });
    expect(sent.map(({ connection }) => connection.id)).toEqual(["con_1", "con_other"]);
    await expect(call("people.create", undefined, { workspaceId: "ws_3" })).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
  });

  it("has to be named, to be there, and to be of the app", async () => {
    connections.push({ ...connections[0]!, id: "con_3", name: "shop", app: "shop" });
    await expect(call("people.create", undefined, { connection: "" })).rejects.toThrow("say with which");
    await expect(call("people.create", undefined, { connection: "nobody" })).rejects.toMatchObject({ code: "CONNECTION_UNKNOWN" });
    await expect(call("people.create", undefined, { connection: "shop" })).rejects.toThrow("belongs to shop");
    expect(sent).toEqual([]);
  });
});

describe("a call", () => {
  it("of an operation that is not there is answered with the one that was most likely meant", async () => {
    await expect(call("people.creat")).rejects.toThrow("people.create");
    await expect(call("people.create", undefined, { app: "erp" })).rejects.toMatchObject({ code: "OPERATION_UNKNOWN" });
    expect([sent, asked]).toEqual([[], []]);
  });

  it("of a run names what was there, so it was taken out, and nothing else is proposed", async () => {
    const cause = { purpose: "run", flowId: "flow_1", runId: "run_1", step: "send" } as const;
    await expect(call("people.creat", undefined, { cause })).rejects.toThrow(
      "There is no operation 'people.creat' in CRM any more: it was taken out of the definition of the app.",
    );
  });

  it("with a wrong input is not sent", async () => {
    await expect(call("people.create", { email: "a@b.example" })).rejects.toMatchObject({ code: "STEP_INPUT_INVALID" });
    expect(sent).toEqual([]);
  });

  it("carries its key only where a repeat would do harm, in the lane it came in, and gives what went over the wire", async () => {
    const { output, exchanges, effects, notices } = await call("people.create", undefined, { lane: "backfill" });
    await call("people.update", { id: "p1", name: "Ada" });
    await call("people.get", { id: "p1" });
    expect(sent.map(({ idempotencyKey, lane }) => [idempotencyKey, lane])).toEqual([
      ["run_1/send", "backfill"],
      [undefined, "live"],
      [undefined, "live"],
    ]);
    expect([output, exchanges.map(({ url }) => url), effects, notices]).toEqual([
      { id: "p1", name: "Ada" },
      ["https://crm.example/people/create"],
      undefined,
      undefined,
    ]);
  });

  it("of a deprecated operation goes well, and says so", async () => {
    expect((await call("people.old", {})).notices).toEqual([expect.stringContaining("CRM has deprecated people.old")]);
  });

  const firstPage = "GET /people/list?skip=0&limit=2";

  it("whose look-up fails was never sent, whatever became of the look-up", async () => {
    answer = () => {
      throw new MillraceError("OUTBOUND_UNREACHABLE", { details: { problem: "cut off", outcome: "unknown" } });
    };
    await expect(call("people.open")).rejects.toMatchObject({ details: { outcome: "not_sent" } });
    expect(urls()).toEqual([firstPage]);
  });

  it("shows the requests of its own, and not those that turned a name into an id", async () => {
    answer = ({ request: { method } }) => (method === "GET" ? { people: [{ id: "p1", name: "Ada" }] } : { ok: true });
    const { exchanges } = await call("people.open");
    expect([urls(), exchanges.map(({ method }) => method)]).toEqual([[firstPage, "POST /people/open"], ["POST"]]);
  });
});

describe("an agent that chooses the address", () => {
  const url = { url: "https://crm.example/?d=secret" };
  const asked = (id: string, by: string, purpose: "dry_run" | "step_test" | "sample" | "direct", dry: boolean) =>
    call(id, url, { dry, cause: { purpose, by } });

  it("calls it in no dry run, test or sample, whoever let it in, and a person does", async () => {
    for (const [purpose, dry] of [
      ["dry_run", true],
      ["step_test", false],
      ["sample", false],
      ["direct", true],
    ] as const)
      for (const by of ["agent:agt_1", "agent-key:key_1"])
        await expect(asked("anywhere.get", by, purpose, dry), purpose).rejects.toMatchObject({ code: "NEEDS_APPROVAL" });
    const pages = caller.pages(request("anywhere.get", url, { cause: { purpose: "sample", by: "agent:agt_1" } }));
    await expect(pages[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: "NEEDS_APPROVAL" });
    expect(sent).toEqual([]);
    await asked("anywhere.get", "account:acc_1", "dry_run", true);
    expect(urls()).toEqual(["GET /?d=secret"]);
  });

  it("sees what a write would send there, and calls it where that was decided", async () => {
    expect((await asked("anywhere.post", "agent:agt_1", "dry_run", true)).effects).toMatchObject([{ effect: "create" }]);
    expect(sent).toEqual([]);
    await asked("anywhere.get", "agent:agt_1", "direct", false);
    expect(sent).toHaveLength(1);
  });
});

describe("a recipe", () => {
  it("makes its calls under one key with numbers, and shows them all", async () => {
    const { exchanges } = await call("people.twice");
    expect(sent.map(({ idempotencyKey }) => idempotencyKey)).toEqual(["run_1/send", "run_1/send/2"]);
    expect(exchanges).toHaveLength(2);
  });

  it("that fails at its second call shows the first one as well", async () => {
    answer = (one) => {
      if (sent.length < 2) return { id: "p1" };
      throw new MillraceError("OUTBOUND_REFUSED", { details: { outcome: "refused", exchange: { ...exchange(one), status: 422 } } });
    };
    const error = await call("people.twice").catch((thrown: MillraceError) => thrown);
    expect((error as MillraceError).details["exchanges"]).toMatchObject([{ method: "POST" }, { method: "POST", status: 422 }]);
  });
});

describe("a dry run", () => {
  const dry = (id: string, input?: Record<string, unknown>) => call(id, input, { dry: true });

  it("sends no write, and says what it would have made", async () => {
    const { output, effects } = await dry("people.create");
    expect(sent).toEqual([]);
    expect(output).toMatchObject({ name: "Ada", id: expect.stringMatching(/^dry-run-/) as unknown });
    expect(effects).toMatchObject([{ operation: "people.create", effect: "create", changes: [{ field: "name", new: "Ada" }] }]);
  });

  it("reads the record before a change, and says what it would change", async () => {
    const { effects } = await dry("people.update", { id: "p1", name: "Grace" });
    expect(urls()).toEqual(["GET /people/p1"]);
    expect(effects).toMatchObject([{ effect: "update", recordId: "p1", changes: [{ field: "name", old: "Ada", new: "Grace" }] }]);
  });

  it("compares with nothing where the record is not there, and fails where the read does", async () => {
    answer = () => {
      throw new MillraceError("OUTBOUND_NOT_FOUND", { details: { outcome: "refused" } });
    };
    expect((await dry("people.update", { id: "p1", name: "Grace" })).effects).toMatchObject([{ changes: [{ new: "Grace" }] }]);
    answer = () => {
      throw new MillraceError("RATE_LIMITED", { details: { outcome: "refused" } });
    };
    await expect(dry("people.update", { id: "p1", name: "Grace" })).rejects.toMatchObject({ code: "RATE_LIMITED" });
  });

  it("reads back what it only pretended to make, and asks the other side for anything else", async () => {
    const { output } = await dry("people.create");
    const made = output as { id: string };
    expect((await dry("people.get", { id: made.id })).output).toEqual(made);
    expect(sent).toEqual([]);
    await dry("people.get", { id: "p1" });
    expect(urls()).toEqual(["GET /people/p1"]);
  });

  it("gives no other workspace what it pretended to make", async () => {
    connections = [...connections, { ...connections[0]!, id: "con_b", workspaceId: "ws_2" }];
    const { output } = await dry("people.create", { name: "Aurelia" });
    const { id } = output as { id: string };
    const elsewhere = await call("people.get", { id }, { dry: true, workspaceId: "ws_2" });
    expect(elsewhere.output).toEqual({});
  });
});

describe("a look after an unknown outcome", () => {
  const people = Array.from({ length: 5 }, (_, i) => ({ id: `p${i}`, email: `p${i}@crm.example` }));
  const look = (id: string, input: Record<string, unknown>) => caller.confirmed(request(id, input), 0);
  beforeEach(() => {
    answer = ({ request: { url } }) => {
      const skip = Number(new URL(url).searchParams.get("skip") ?? 0);
      return { people: people.slice(skip, skip + 2) };
    };
  });

  it("finds the record on whatever page of the list it is", async () => {
    expect(await look("people.create", { name: "P", email: "p4@crm.example" })).toMatchObject({ output: people[4] });
    expect(sent).toHaveLength(3);
  });

  it("gives what it found in the shape of the write's own answer", async () => {
    const found = { output: { person: people[4] } };
    expect(await look("people.create_wrapped", { name: "P", email: "p4@crm.example" })).toMatchObject(found);
  });

  it("is null where nothing was made, and undefined where there is no way to tell", async () => {
    expect(await look("people.create", { name: "P", email: "nobody@crm.example" })).toBeNull();
    expect(await look("people.create", { name: "P" })).toBeUndefined();
    expect(await look("people.update", { id: "p1", name: "P" })).toBeUndefined();
  });

  it("reads the pages of a list to their end, and a single record as one row", async () => {
    const rows: unknown[][] = [];
    for await (const page of caller.pages(request("people.list", {}))) rows.push([...page.rows]);
    expect(rows).toEqual([people.slice(0, 2), people.slice(2, 4), people.slice(4)]);
    answer = () => ({ id: "p1" });
    const single: unknown[] = [];
    for await (const page of caller.pages(request("people.get", { id: "p1" }))) single.push(...page.rows);
    expect(single).toEqual([{ id: "p1" }]);
  });
});
