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
  expect(out).toMatch(/^helpdesk +\d+ +\d+ .* this workspace, revision 2 +Helpdesk$/m);
  expect(out).toMatch(/^highlevel .* Millrace +HighLevel$/m);
});

test("app show says what its logins ask for, and gives the definition alone", async () => {
  const answers = { "GET /apps/helpdesk": detail };
  expect((await runCli(["app", "show", "helpdesk"], { answers })).out).toContain(
    "basic: User name and password; asks for username (User name)",
  );
  expect(JSON.parse((await runCli(["app", "show", "helpdesk", "--definition"], { answers })).out)).toEqual({ title: "Helpdesk" });
});

test("app put sends the file, and shows a refusal as it is", async () => {
  const file = join(mkdtempSync(join(tmpdir(), "millrace-app-")), "app.json");
  writeFileSync(file, '{"title": "Helpdesk"}');
  const { asked, out } = await runCli(["app", "put", "helpdesk", file], { answers: { "PUT /apps/helpdesk": detail } });
  expect(asked[0]).toMatchObject({ method: "PUT", path: "/apps/helpdesk", body: { title: "Helpdesk" } });
  expect(out).toBe("Defined: helpdesk (Helpdesk), revision 2\n");
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
