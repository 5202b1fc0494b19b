import { mkdtempSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { appList } from "#test/support/built-in.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const own = { ...appList.apps.find(({ id }) => id === "http")!, id: "helpdesk", title: "Helpdesk", builtIn: false, revision: 2 };
const detail = { ...own, definition: { title: "Helpdesk" } };

test("app list shows each with where it comes from", async () => {
  const { out } = await runCli(["app", "list"], { answers: { "GET /apps": { revision: 1, apps: [...appList.apps, own] } } });
  expect(out).toMatch(/^helpdesk +\d+ +\d+ .* this workspace, version 2 +Helpdesk$/m);
  expect(out).toMatch(/^highlevel .* Millrace +HighLevel$/m);
});

test("app show says what its logins ask for, and gives the definition alone", async () => {
  const answers = { "GET /apps/helpdesk": detail };
  expect((await runCli(["app", "show", "helpdesk"], { answers })).out).toContain(
    "basic: User name and password; asks for username (User name)",
  );
  expect(JSON.parse((await runCli(["app", "show", "helpdesk", "--definition"], { answers })).out)).toEqual({
    millraceApp: 1,
    title: "Helpdesk",
  });
});

test("app put sends the file, and shows a refusal as it is", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-app-")), "app.json");
  writeFileSync(file, '{"title": "Helpdesk"}');
  const { asked, out } = await runCli(["app", "put", "helpdesk", file], { answers: { "PUT /apps/helpdesk": detail } });
  expect(asked[0]).toMatchObject({ method: "PUT", path: "/apps/helpdesk", body: { title: "Helpdesk" } });
  expect(out).toBe("Defined: helpdesk (Helpdesk), version 2\n");
  const refusal = errorAnswer("BAD_INPUT", "operations.0.path: begins with /.", 400);
  const refused = await runCli(["app", "put", "helpdesk", file], { answers: { "PUT /apps/helpdesk": refusal } });
  expect([refused.err, refused.code]).toEqual(["operations.0.path: begins with /.\n", 1]);
});

test("app remove asks first", async () => {
  const answers = { "GET /apps/helpdesk": detail, "DELETE /apps/helpdesk": { ok: true } };
  const { questions, asked, out } = await runCli(["app", "remove", "helpdesk"], { answers, keyboard: [true] });
  expect(questions).toEqual(["Delete the app 'Helpdesk' and its definition?"]);
  expect([asked.at(-1)!.method, out]).toEqual(["DELETE", "Removed: helpdesk\n"]);
});

const draftOperation = (id: string) => ({
  definition: { id, title: id, effect: "create", method: "POST", path: "/pets", scopes: [], input: [], result: "" },
  guesses: [{ member: "effect", why: "A POST usually makes something new" }],
});
const draft = {
  title: "Pets",
  baseUrl: "https://pets.example.com",
  variables: [],
  auth: [{ kind: "none" }],
  headers: {},
  operations: [draftOperation("pets.create"), draftOperation("owners.create")],
  triggers: [],
  guesses: [],
  notes: [{ at: "paths./pets.head", says: "Calls by HEAD are left out." }],
};
const document = () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-import-")), "openapi.yaml");
  writeFileSync(file, "openapi: 3.0.0");
  return file;
};

test("app import shows what the document came to, and saves the operations that were chosen once somebody agrees", async () => {
  const answers = { "GET /apps": { revision: 1, apps: [] }, "POST /app-drafts/document": draft, "PUT /apps/pets": own };
  const { out, asked, questions } = await runCli(["app", "import", "pets", document(), "--only", "pets.*"], { answers, keyboard: [true] });
  expect(out).toContain("1 of 2: 0 read, 1 write");
  expect(out).toContain("of the operations: effect 1");
  expect(out).toContain("paths./pets.head: Calls by HEAD are left out.");
  expect(questions).toEqual(["Save 'pets' with 1 operation?"]);
  expect(asked.map(({ method, path }) => `${method} ${path}`)).toEqual(["GET /apps", "POST /app-drafts/document", "PUT /apps/pets"]);
  expect(asked[1]!.body).toEqual({ text: "openapi: 3.0.0" });
  expect(asked[2]!.body).toMatchObject({ title: "Pets", operations: [{ id: "pets.create" }] });
  const refused = await runCli(["app", "import", "pets", document(), "--only", "nothing"], { answers });
  expect([refused.code, refused.err]).toEqual([2, expect.stringContaining("No operation of the document has such an id")]);
});

const comparison = {
  changes: [{ kind: "removed", what: "operations.owners.list", says: "'List owners' is gone." }],
  flows: [{ id: "flow_1", name: "Owners", problems: ["The step 'list': Pets has no operation 'owners.list' any more."] }],
};

test("app import of a newer document shows the comparison, and keeps what was not chosen", async () => {
  const answers = {
    "GET /apps": { revision: 1, apps: [{ ...own, id: "pets" }] },
    "GET /apps/pets": { ...detail, id: "pets", definition: { title: "Pets", probe: [], operations: [{ id: "own.read" }] } },
    "POST /app-drafts/document": draft,
    "POST /apps/pets/compare": comparison,
    "PUT /apps/pets": own,
  };
  const { out, asked } = await runCli(["app", "import", "pets", "https://pets.example.com/docs", "--only", "*.create", "-y"], { answers });
  expect(out).toContain("'List owners' is gone.");
  expect(out).toContain("1 flow would fail with it:\n  Owners\n    The step 'list'");
  expect(asked[2]!.body).toEqual({ url: "https://pets.example.com/docs", app: "pets" });
  expect(asked.at(-1)!.body).toMatchObject({
    probe: [],
    operations: [{ id: "own.read" }, { id: "pets.create" }, { id: "owners.create" }],
  });
});

test("app versions lists the definitions, compare says what another changes, and restore puts an earlier one again", async () => {
  const version = { revision: 1, at: 0, by: "key:k", operations: 3, triggers: 0 };
  const answers = {
    "GET /apps/helpdesk/versions": { versions: [version] },
    "GET /apps/helpdesk/versions/1": { ...version, definition: { title: "Old" } },
    "POST /apps/helpdesk/compare": { changes: [], flows: [] },
    "PUT /apps/helpdesk": detail,
  };
  expect((await runCli(["app", "versions", "helpdesk"], { answers })).out).toMatch(/^1 .*key:k +3 +0$/m);
  const file = join(mkdtempSync(join(tmpdir(), "millrace-app-")), "app.json");
  writeFileSync(file, '{"title": "Helpdesk"}');
  expect((await runCli(["app", "compare", "helpdesk", file], { answers })).out).toBe("The definitions are the same.\n");
  const { asked, questions, out } = await runCli(["app", "restore", "helpdesk", "1"], { answers, keyboard: [true] });
  expect(questions).toEqual(["Replace the definition of 'helpdesk' with version 1?"]);
  expect([asked.at(-1)!.body, out]).toEqual([
    { title: "Old" },
    expect.stringContaining("Restored version 1: helpdesk (Helpdesk), version 2"),
  ]);
});

test("app share puts the definition into another workspace", async () => {
  const { asked, out } = await runCli(["app", "share", "helpdesk", "ws_2"], { answers: { "POST /apps/helpdesk/share": { ok: true } } });
  expect([asked.at(-1)!.body, out]).toEqual([{ workspace: "ws_2" }, "Shared 'helpdesk' with the workspace ws_2.\n"]);
});

test("app draft prints a definition to save, and beside it what was left out and guessed", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-app-")), "request.txt");
  writeFileSync(file, "curl https://x.example.com/a");
  const definition = { id: "tickets.get", title: "Get ticket", effect: "read", method: "GET", path: "/tickets/7" };
  const notes = [{ at: "line 1", says: "What follows '|' was left out" }];
  const operations = [{ definition, guesses: [{ member: "effect", why: "A GET reads" }] }];
  const facts = { title: "Example", baseUrl: "https://x.example.com/api", variables: [], auth: [{ kind: "none" }], headers: {} };
  const draft = { ...facts, operations, triggers: [], guesses: [], notes };
  const { asked, out, err } = await runCli(["app", "draft", "--curl", file], { answers: { "POST /app-drafts/request": draft } });
  expect(asked[0]!.body).toEqual({ kind: "curl", text: "curl https://x.example.com/a" });
  expect(JSON.parse(out)).toMatchObject({ title: "Example", baseUrl: "https://x.example.com/api", operations: [{ id: "tickets.get" }] });
  expect(err).toContain("line 1: What follows '|' was left out");
  expect(err).toContain("guessed tickets.get effect: A GET reads");
  expect((await runCli(["app", "draft"])).code).toBe(2);
});

test("app check tells problems and advice, and fails where the definition cannot be saved", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-app-")), "app.json");
  writeFileSync(file, '{"title": "Helpdesk"}');
  const advice = [{ operation: "notes.create", member: "confirm", says: "A read helps" }];
  const good = await runCli(["app", "check", file], { answers: { "POST /app-drafts/check": { problems: [], advice } } });
  expect([good.out, good.code]).toEqual(["It can be saved.\n\nFor careful writes:\nnotes.create confirm: A read helps\n", 0]);
  const problems = [{ field: "title", problem: "is missing" }];
  const bad = await runCli(["app", "check", file], { answers: { "POST /app-drafts/check": { problems, advice: [] } } });
  expect([bad.out, bad.code]).toEqual(["It cannot be saved:\ntitle: is missing\n", 1]);
});
