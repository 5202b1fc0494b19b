import { describe, expect, test } from "vitest";
import {
  addOperations,
  confirmed,
  idOf,
  putOperation,
  replaceOperation,
  removeOperation,
  withAddress,
  withMethod,
  withPath,
} from "./edits.ts";
import { fieldKinds, kindOfField, withKind, withLabel, type FieldKind } from "./field-kinds.ts";
import { loginWords, lineOf, secretOf, withLine, withSecret } from "./logins.ts";
import { newPaging } from "./paging.ts";
import { isSame } from "./same.ts";
import { proofOf, withProofKind } from "./proofs.ts";
import { newSubscribe, withSecretWay, withSubscribe } from "./subscriptions.ts";
import { isShowable, type Definition, type Operation } from "./types.ts";

const read = (id: string, more: Partial<Operation> = {}): Operation => ({
  id,
  title: id,
  effect: "read",
  method: "GET",
  path: `/${id}`,
  ...more,
});

describe("a path", () => {
  test("makes a required field of each name in braces, and takes the field of a name that is gone", () => {
    const first = withPath(read("tickets.get"), "/tickets/{ticketId}");
    expect(first.input).toEqual([{ name: "ticketId", in: "path", required: true, label: "Ticket id" }]);
    const second = withPath(first, "/desks/{desk}/tickets/{ticketId}");
    expect(second.input?.map(({ name }) => name)).toEqual(["desk", "ticketId"]);
    expect(withPath(second, "/tickets").input).toEqual([]);
  });

  test("keeps a field of the same name apart from what is in the body", () => {
    const operation = read("t.put", { method: "PUT", input: [{ name: "id", in: "body" }] });
    expect(withPath(operation, "/t/{id}").input).toEqual([
      { name: "id_2", in: "path", wire: "id", required: true, label: "Id" },
      { name: "id", in: "body" },
    ]);
  });

  test("of a GET has no body: its fields go behind the question mark", () => {
    const post = read("t.find", { method: "POST", input: [{ name: "q", in: "body" }] });
    expect(withMethod(post, "GET").input).toEqual([{ name: "q", in: "query" }]);
    expect(withMethod(post, "PUT").input).toEqual([{ name: "q", in: "body" }]);
  });
});

test("an address asks connections for each name in braces, and keeps what was said of it", () => {
  const first = withAddress({ title: "Desk" }, "https://{subdomain}.example.com");
  expect(first.variables).toEqual([{ name: "subdomain", label: "Subdomain" }]);
  const said: Definition = { ...first, variables: [{ name: "subdomain", label: "Your desk", help: "acme" }] };
  expect(withAddress(said, "https://{subdomain}.example.com/{team}").variables?.map(({ label }) => label)).toEqual(["Your desk", "Team"]);
  expect(withAddress(said, "https://example.com")).toEqual({ title: "Desk", baseUrl: "https://example.com" });
  expect(withAddress(said, "")).toEqual({ title: "Desk" });
});

describe("an id that is changed", () => {
  const definition: Definition = {
    title: "Desk",
    probe: [{ operation: "agents.list" }],
    operations: [
      read("agents.list", { list: true }),
      read("tickets.create", {
        effect: "create",
        method: "POST",
        input: [{ name: "agent", in: "body", lookup: { operation: "agents.list", value: "id", label: "name" } }],
        confirm: { operation: "agents.list", input: {}, match: {} },
      }),
    ],
  };

  test("is followed by all that names it, and by its guesses", () => {
    const guesses = { "agents.list": [{ member: "paging", why: "It has a page." }] };
    const next = replaceOperation({ definition, guesses }, 0, read("people.list", { list: true }));
    expect(next.definition.probe).toEqual([{ operation: "people.list" }]);
    expect(next.definition.operations?.[1]?.confirm?.operation).toBe("people.list");
    expect(next.definition.operations?.[1]?.input?.[0]?.lookup?.operation).toBe("people.list");
    expect(Object.keys(next.guesses)).toEqual(["people.list"]);
  });

  test("an operation that is taken out takes its guesses along", () => {
    const guesses = { "agents.list": [{ member: "paging", why: "It has a page." }], "": [] };
    const next = removeOperation({ definition, guesses }, 0);
    expect(next.definition.operations?.map(({ id }) => id)).toEqual(["tickets.create"]);
    expect(next.guesses).toEqual({ "": [] });
  });

  test("one that is there already gets a number", () => {
    const more = addOperations(definition, [read("agents.list"), read("agents.list")]);
    expect(more.operations?.map(({ id }) => id)).toEqual(["agents.list", "tickets.create", "agents.list_2", "agents.list_3"]);
  });
});

test.each([
  ["Ticket created", ".", "ticket.created"],
  ["Create ticket", "_", "create_ticket"],
  ["42 Ticket Was Reopened!", ".", "ticket_was.reopened"],
  ["Ära", "_", "ara"],
  ["", "_", "new"],
] as const)("the title %s makes an id", (title, between, id) => {
  expect(idOf(title, between)).toBe(id);
});

test("a guess is confirmed with all that is within its member, and no other", () => {
  const guesses = {
    a: [
      { member: "paging.max", why: "" },
      { member: "paging", why: "" },
      { member: "pagingNot", why: "" },
    ],
  };
  expect(confirmed(guesses, "a", "paging")).toEqual({ a: [{ member: "pagingNot", why: "" }] });
  expect(confirmed(guesses, "a")).toEqual({});
});

test.each(Object.keys(fieldKinds) as FieldKind[])("a field that is said to hold %s reads as that again", (kind) => {
  expect(kindOfField(withKind({ name: "x", in: "body" }, kind))).toBe(kind);
  expect(kindOfField(withKind(withKind({ name: "x", in: "body" }, "lookup"), kind))).toBe(kind);
});

describe("a login", () => {
  test("keeps the path of its token address in step with the address", () => {
    const login = withLine(loginWords.oauth2.begin, "tokenUrl", "https://example.com/oauth/token");
    expect(login).toMatchObject({ tokenUrl: "https://example.com/oauth/token", tokenPath: "/oauth/token" });
    expect(lineOf(withLine(login, "scopes", "a, b  c"), "scopes")).toBe("a b c");
  });

  test("says what its key is called, and nothing where nobody said it", () => {
    const login = withSecret(loginWords.header.begin, { label: "API key", help: "Settings, API keys" });
    expect(secretOf(login)).toEqual({ label: "API key", help: "Settings, API keys" });
    expect("fields" in withSecret(login, { label: "", help: "" })).toBe(false);
  });

  test("keeps what it cannot be without, even when it is emptied", () => {
    expect(withLine(loginWords.header.begin, "header", "")).toMatchObject({ header: "" });
    expect("prefix" in withLine(loginWords.token.begin, "prefix", "")).toBe(false);
  });
});

test("the names of pages are guessed from the fields there are", () => {
  const list = read("t.list", {
    input: [
      { name: "page", in: "query" },
      { name: "per_page", in: "query" },
      { name: "q", in: "query" },
    ],
  });
  expect(newPaging(list, "page")).toEqual({ style: "page", in: "query", page: "page", size: "per_page", max: 100 });
});

test("what the server fills in by itself is no difference", () => {
  expect(isSame({ title: "A", operations: [] }, { operations: [], title: "A", refusals: [], auth: [{ kind: "none" }] })).toBe(true);
  expect(isSame({ title: "A" }, { title: "B" })).toBe(false);
});

test("a definition that the forms cannot show is left to the JSON", () => {
  expect(isShowable({ title: "A", operations: [read("a")], triggers: [{ id: "a", title: "A", example: {} }] })).toBe(true);
  for (const broken of [
    null,
    [],
    {},
    { title: 1 },
    { title: "A", operations: {} },
    { title: "A", operations: [{ id: "x" }] },
    { title: "A", auth: [1] },
  ])
    expect(isShowable(broken)).toBe(false);
});

describe("how an app is told the address of a flow", () => {
  const hook = {
    operations: [
      read("hooks.list", { path: "/hooks", list: true, identity: "id" }),
      read("hooks.add", {
        path: "/hooks",
        method: "POST",
        effect: "create",
        input: [
          { name: "url", in: "body" },
          { name: "events", in: "body", schema: { type: "array" } },
        ],
      }),
      read("hooks.remove", { path: "/hooks/{hookId}", method: "DELETE", effect: "delete", input: [{ name: "hookId", in: "path" }] }),
    ],
  };
  const desk: Definition = { title: "Desk", auth: [{ kind: "header", title: "API key", header: "X-Key" }], ...hook };

  test("is guessed from the inputs of the operation and those beside it", () => {
    expect(newSubscribe(desk, hook.operations[1]!)).toEqual({
      operation: "hooks.add",
      input: { events: ["{event}"] },
      address: "url",
      id: "id",
      unsubscribe: { operation: "hooks.remove", id: "hookId" },
      list: { operation: "hooks.list", id: "id", address: "url" },
    });
  });

  test("follows its operations when they get other ids", () => {
    const told = withSubscribe(desk, newSubscribe(desk, hook.operations[1]!));
    const renamed = hook.operations.reduce(
      (definition, operation, i) => putOperation(definition, i, { ...operation, id: operation.id.replace("hooks", "webhooks") }),
      told,
    );
    expect(renamed.webhooks?.subscribe).toEqual({
      ...told.webhooks?.subscribe,
      operation: "webhooks.add",
      unsubscribe: { operation: "webhooks.remove", id: "hookId" },
      list: { operation: "webhooks.list", id: "id", address: "url" },
    });
  });

  test("decides whether logins ask for the secret of its events", () => {
    const asked = withProofKind(withSubscribe(desk, newSubscribe(desk, hook.operations[1]!)), "signature");
    expect(JSON.stringify(asked.auth)).toContain("webhookSecret");
    const given = withSecretWay(asked, "answer");
    expect([proofOf(given), JSON.stringify(given.auth)]).toEqual([
      expect.objectContaining({ secret: { answer: "secret" } }),
      expect.not.stringContaining("webhookSecret"),
    ]);
    expect(JSON.stringify(withSecretWay(given, "login").auth)).toContain("webhookSecret");
  });
});

test("a look-up that the form makes takes names in flows, and the name follows what is shown", () => {
  const { lookup } = withKind({ name: "projectId", in: "body" }, "lookup");
  expect(lookup).toEqual({ operation: "", value: "id", label: "name", by: ["name"] });
  expect(withLabel(lookup!, "title").by).toEqual(["title"]);
  expect(withLabel({ ...lookup!, by: ["name", "email"] }, "title").by).toEqual(["title", "email"]);
});
