import { afterEach, describe, expect, test } from "vitest";
import { openServer, withKey, type ServerWish } from "#test/fakes/server.ts";

let open: Awaited<ReturnType<typeof openServer>>[] = [];
afterEach(async () => {
  for (const house of open) await house.close();
  open = [];
});

/** A server, and how a program calls it. */
async function server(wish?: ServerWish) {
  const house = await openServer(wish);
  open.push(house);
  const post = async (path: string, payload?: object, headers: Record<string, string> = {}) => {
    const reply = await house.app.inject({
      method: "POST",
      url: `/api/v1${path}`,
      headers: { ...withKey(house.key), ...headers },
      payload: payload ?? {},
    });
    return { status: reply.statusCode, body: reply.json(), headers: reply.headers };
  };
  return { ...house, post };
}

describe("an operation is called by its full name", () => {
  const look = { title: "Look", effect: "read" as const, answer: () => ({ n: 1 }) };

  test("and its output, what was sent and what is worth knowing come back", async () => {
    const { post, calls } = await server({ operations: { get: look } });
    expect(await post("/operations/http.get", { input: { a: 1 } })).toMatchObject({
      status: 200,
      body: { output: { n: 1 }, exchanges: [] },
    });
    expect(calls).toMatchObject([{ app: "http", operation: "get", input: { a: 1 }, dry: false }]);
  });

  test("or, where it is one of the main app, by its key alone", async () => {
    const { post, calls } = await server({ operations: { "contacts.get": look, "contacts/get-contact": look } });
    await post("/operations/contacts.get");
    await post("/operations/contacts%2Fget-contact");
    await post("/operations/highlevel.contacts.get");
    const [first, second, third] = calls.map(({ app, operation }) => `${app} ${operation}`);
    expect([first, second]).toEqual(["highlevel contacts.get", "highlevel contacts/get-contact"]);
    expect(third).toBe(first);
  });

  test.each([
    [{ rows: 20_000 }, "rows: takes 10000 at most."],
    [{ rows: 0 }, "rows: takes 1 at least."],
    [{ rows: 1.5 }, "rows: takes a whole number."],
    [{ dryRun: "yes" }, "dryRun: takes true or false."],
    [{ inputs: {} }, "inputs: there is no such field here (did you mean 'input'?)."],
  ])("and %j is refused in words, and not in the validator's", async (payload, says) => {
    const { post } = await server({ operations: { get: look } });
    const { status, body } = await post("/operations/http.get", payload);
    expect([status, body.error.message]).toEqual([400, says]);
  });
});
