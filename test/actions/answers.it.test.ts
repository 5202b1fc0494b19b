import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JsonObject } from "#kernel/json.ts";
import type { RunContext } from "#engine/types/runs.ts";
import type { StepDefinition } from "#engine/types/flows.ts";
import { type ActionBench, openActionBench } from "./bench.ts";

// What later steps read of an HTTP step's answer beside its body: its status and its headers, from the wire to the next step.
type Answer = (res: ServerResponse, body: string) => void;
const json = (res: ServerResponse, status: number, body: unknown, headers: Record<string, string | string[]> = {}) => {
  res.writeHead(status, { "content-type": "application/json", ...headers });
  res.end(JSON.stringify(body));
};
const next = `<https://api.example/rows?page=2>; rel="next", <https://api.example/rows?page=9>; rel="last"`;
const pages: Record<string, Answer> = {
  "/made": (res) => json(res, 201, { id: 7 }, { Location: "/things/7", "X-Total": "12", "Retry-After": "30" }),
  "/taken": (res) => void res.writeHead(202, { "X-Job": "j1" }).end(),
  "/done": (res) => void res.writeHead(204, { "X-Job": "j2" }).end(),
  "/list": (res) => json(res, 200, [{ n: 1 }, { n: 2 }], { Link: next, "X-Total": "2" }),
  "/text": (res) => void res.writeHead(200, { "content-type": "text/plain", "X-Kind": "words" }).end("hello"),
  "/null": (res) => json(res, 200, null, { "X-Kind": "nothing" }),
  "/own": (res) => json(res, 201, { _status: "OK", name: "eve" }),
  "/moved": (res) => void res.writeHead(302, { location: "/list", "X-Total": "99" }).end(),
  "/see": (res) => void res.writeHead(303, { location: "/text" }).end(),
  "/broken": (res) =>
    void res.writeHead(201, { "content-encoding": "gzip", "content-type": "application/json", location: "/b/1" }).end("no gzip"),
  "/secret": (res) =>
    json(
      res,
      200,
      {},
      {
        "set-cookie": ["a=1", "b=2"],
        "X-Auth-Token": "tok_1",
        "WWW-Authenticate": "Bearer",
        "X-Api-Key": "key_1",
        "X-Plain": "seen",
      },
    ),
  "/gone": (res) => json(res, 404, { message: "no such thing" }, { "X-Reason": "moved away" }),
};

let server: Server;
let bench: ActionBench;
let origin: string;
let lastBodies: unknown[] = [];
let failing = false;
beforeAll(async () => {
  server = createServer({ maxHeaderSize: 64 * 1024 }, (req, res) => {
    let body = "";
    req.setEncoding("utf8").on("data", (chunk: string) => (body += chunk));
    req.on("end", () => {
      const path = req.url!.split("?")[0]!;
      const page = pages[path];
      if (page) return page(res, body);
      lastBodies.push(body === "" ? null : JSON.parse(body));
      json(res, failing ? 400 : 200, failing ? { message: "not like this" } : { ok: true }, { "X-Item": req.url!.slice(1) });
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  origin = `http://${host}`;
  bench = await openActionBench({ hosts: [host] });
});
afterAll(async () => {
  await bench.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
beforeEach(() => {
  lastBodies = [];
  failing = false;
});

const call = (id: string, operation: string, path: string, more: object = {}): StepDefinition =>
  ({ id, app: "http", operation, input: { url: `${origin}${path}`, ...more } }) as StepDefinition;
const flowOf = (steps: unknown[]) => ({
  name: "answers",
  trigger: { app: "millrace", operation: "manual" },
  steps: steps as StepDefinition[],
});
const run = (steps: unknown[], event: JsonObject = {}) => bench.runFlow(flowOf(steps), event);
const resultOf = ({ steps }: RunContext, id: string): unknown => steps.find((step) => step.path === id)?.output;
const seen = { status: "{{ call._status }}", headers: "{{ call._headers }}", result: "{{ call }}" };

describe("a later step reads the status and the headers of an HTTP step's answer (M10)", () => {
  test("of one that made something: where it is, how many there are, when to come again", async () => {
    const context = await run([
      call("call", "post", "/made", { body: {} }),
      {
        id: "read",
        format: {
          status: "{{ call._status }}",
          where: "{{ call._headers.location }}",
          total: "{{ call._headers['x-total'] | to_number }}",
          wait: "{{ call._headers.retry-after }}",
          sentence: "It is {{ call._status }} at {{ call._headers.location }}",
          tagged: "{% if call._status == 201 %}new at {{ call._headers.location }}{% endif %}",
          id: "{{ call.id }}",
        },
      },
    ]);
    expect(resultOf(context, "read")).toEqual({
      status: 201,
      where: "/things/7",
      total: 12,
      wait: "30",
      sentence: "It is 201 at /things/7",
      tagged: "new at /things/7",
      id: 7,
    });
  });

  test.each([
    ["a list", "/list", 200, [{ n: 1 }, { n: 2 }], { link: next, "x-total": "2" }],
    ["a text", "/text", 200, "hello", { "x-kind": "words" }],
    ["null", "/null", 200, null, { "x-kind": "nothing" }],
    ["nothing, accepted", "/taken", 202, null, { "x-job": "j1" }],
    ["nothing, done", "/done", 204, null, { "x-job": "j2" }],
  ])("where the answer is %s, which stays what it is", async (_, path, status, result, headers) => {
    const context = await run([call("call", "get", path), { id: "read", format: seen }]);
    expect(resultOf(context, "call")).toEqual(result);
    expect(resultOf(context, "read")).toMatchObject({ status, headers, ...(result !== null && { result }) });
  });

  test("in every place of a flow: a condition, a loop, a wait, the words of a stop, an input", async () => {
    const context = await run([
      call("call", "get", "/list"),
      { id: "right", filter: "call._status == 200 and call._headers.link contains 'next'" },
      { id: "pause", wait: "{{ call._headers.x-total }}s" },
      { id: "each", forEach: "call._headers.link | split: ', '", do: [call("send", "post", "/item", { body: { link: "{{ item }}" } })] },
      {
        id: "many",
        if: "call._headers.x-total == '2'",
        then: [{ id: "end", stop: "failed", reason: "{{ call._status }} with {{ call._headers.x-total }}" }],
      },
    ]);
    expect(lastBodies).toEqual(next.split(", ").map((link) => ({ link })));
    expect(context.run.error?.message).toContain("200 with 2");
  });

  test("of each pass of a loop its own", async () => {
    const context = await run(
      [
        {
          id: "each",
          forEach: "trigger.names",
          do: [call("call", "get", "/{{ item }}"), call("send", "post", "/sent", { body: { was: "{{ call._headers.x-item }}" } })],
        },
      ],
      { names: ["a", "b"] },
    );
    expect([context.run.state, lastBodies]).toEqual(["succeeded", [null, { was: "a" }, null, { was: "b" }]]);
  });

  test("of the last answer of a redirect", async () => {
    const moved = await run([call("call", "get", "/moved"), { id: "read", format: seen }]);
    expect(resultOf(moved, "read")).toMatchObject({ status: 200, headers: { "x-total": "2" } });
    const done = await run([call("call", "post", "/see", { body: {} }), { id: "read", format: seen }]);
    expect(resultOf(done, "read")).toMatchObject({ status: 200, headers: { "x-kind": "words" }, result: "hello" });
  });

  test("of one that took effect and could not be read, which says so in a note", async () => {
    const context = await run([call("call", "post", "/broken", { body: {} }), { id: "read", format: seen }]);
    expect(resultOf(context, "read")).toMatchObject({ status: 201, headers: { location: "/b/1" } });
    expect(context.steps[0]!.attempts[0]!.note).toContain("content coding");
  });

  test("of one that was refused, where the flow goes on", async () => {
    const context = await run([
      { ...call("call", "get", "/gone"), onError: "continue" },
      { id: "read", format: seen },
    ]);
    expect(resultOf(context, "read")).toMatchObject({ status: 404, headers: { "x-reason": "moved away" } });
  });

  test("and a body that has such a member of its own keeps it", async () => {
    const context = await run([
      call("call", "post", "/own", { body: {} }),
      { id: "read", format: { own: "{{ call._status }}", type: "{{ call._headers.content-type }}" } },
    ]);
    expect(resultOf(context, "read")).toEqual({ own: "OK", type: "application/json" });
  });

  test("without cookies, tokens and keys", async () => {
    const context = await run([call("call", "get", "/secret"), { id: "read", format: { headers: "{{ call._headers }}" } }]);
    const { headers } = resultOf(context, "read") as { headers: Record<string, string> };
    expect(Object.keys(headers).filter((name) => !/^(content-|date|connection|keep-alive|transfer-)/.test(name))).toEqual(["x-plain"]);
    expect(JSON.stringify(context.steps)).not.toMatch(/tok_1|key_1|a=1/);
  });

  test("and only where a step reads them are they kept", async () => {
    const context = await run([
      call("plain", "get", "/list"),
      call("call", "get", "/text"),
      { id: "read", format: { status: "{{ call._status }}" } },
    ]);
    const kept = context.steps.flatMap(({ path, attempts }) => (JSON.stringify(attempts).includes(`"headers"`) ? [path] : []));
    expect(kept).toEqual(["call"]);
  });
});

describe("the same on another day", () => {
  test("a run that failed goes on with the answer it had, and a replay from the start asks again", async () => {
    failing = true;
    const steps = [
      call("call", "post", "/made", { body: {} }),
      call("send", "post", "/sent", { body: { at: "{{ call._headers.location }}", was: "{{ call._status }}" } }),
    ];
    const failed = await run(steps);
    expect(failed.run.state).toBe("failed");
    failing = false;
    const wanted = { at: "/things/7", was: 201 };
    expect((await bench.replay(failed.run.id, "failed")).run.state).toBe("succeeded");
    expect((await bench.replay(failed.run.id, "start")).run.state).toBe("succeeded");
    expect(lastBodies).toEqual([wanted, wanted, wanted]);
  });

  test("a dry run reads for real, and says what it takes a pretended write's status for", async () => {
    const read = await bench.dryRunFlow(
      flowOf([call("call", "get", "/list"), { id: "right", filter: "call._status == 200 and call._headers.x-total == '2'" }]),
    );
    expect(read.outcome).toBe("succeeded");
    const write = await bench.dryRunFlow(
      flowOf([call("call", "post", "/made", { body: {} }), { id: "right", filter: "call._status < 300" }]),
    );
    expect([write.outcome, write.skipped]).toEqual([
      "succeeded",
      [{ step: "call", why: "nothing was sent, so its _status is 200 and its _headers are empty" }],
    ]);
  });
});

describe("before it is published", () => {
  const refusal = (steps: unknown[]) =>
    run(steps).then(
      () => "published",
      (thrown: unknown) => JSON.stringify((thrown as { details: unknown }).details),
    );
  const made = call("call", "post", "/made", { body: {} });

  test.each([
    [
      "a header is read in capitals",
      [made, { id: "read", format: { at: "{{ call._headers.Location }}" } }],
      "write call._headers.location",
    ],
    [
      "the step makes no call",
      [
        { id: "call", format: { a: 1 } },
        { id: "read", format: seen },
      ],
      "makes no call",
    ],
    [
      "the step makes several calls",
      [
        { id: "call", app: "highlevel", operation: "contacts.guarded_upsert", connection: "acme", input: { email: "a@new.example" } },
        { id: "read", format: seen },
      ],
      "makes several calls, so there is no single answer",
    ],
    ["the step comes later", [{ id: "read", format: seen }, made], "is not there yet"],
  ])("%s: that is said", async (_, steps, said) => {
    expect(await refusal(steps)).toContain(said);
  });
});
