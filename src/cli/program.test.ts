import type { Command } from "commander";
import { describe, expect, test } from "vitest";
import { createProgram } from "./program.ts";
import { examplesOf } from "./help.ts";
import { createTools } from "./tools.ts";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

type Tools = Parameters<typeof createProgram>[0];
const program = createProgram(createTools({ width: 80 } as Tools["terminal"]), "1.2.3");
const leaves = (command: Command): Command[] => (command.commands.length === 0 ? [command] : command.commands.flatMap(leaves));
const pathOf = (command: Command): string => (command.parent ? `${pathOf(command.parent)} ${command.name()}` : command.name());

describe("every command", () => {
  test.each(leaves(program).map((command) => [pathOf(command), command] as const))(
    "%s says what it does, with an example that is typed right",
    async (path, command) => {
      expect(command.description()).not.toBe("");
      expect(command.options.every(({ description }) => description !== "")).toBe(true);
      expect(examplesOf(command).length).toBeGreaterThan(0);
      expect(examplesOf(command).every((line) => line.includes(path))).toBe(true);
      const { out, code } = await runCli([...path.split(" ").slice(1), "--help"]);
      expect(out).toContain(examplesOf(command)[0]);
      expect(code).toBe(0);
    },
  );
});

describe("what was not given right", () => {
  test.each([
    [["flow", "lits"]],
    [["nothing"]],
    [["flow", "show"]],
    [["call", "contacts.get", "--conection", "acme"]],
    [["run", "replay", "--from", "middle"]],
    [[]],
  ])("%j ends with 2", async (args) => {
    const { code, asked, out } = await runCli(args);
    expect([code, asked, out]).toEqual([2, [], ""]);
  });

  test("is refused with what may have been meant", async () => {
    expect((await runCli(["flow", "lits"])).err).toContain("Did you mean list?");
  });
});

test("the version is the package's", async () => {
  expect(await runCli(["--version"])).toMatchObject({ out: "1.2.3\n", code: 0 });
});

describe("when Millrace cannot be asked", () => {
  const failed = (code: string) => new TypeError("fetch failed", { cause: Object.assign(new Error(`connect ${code}`), { code }) });

  test("nobody there is one sentence and what to do", async () => {
    const { err, code } = await runCli(["flow", "list"], { answers: { "GET /flows": failed("ECONNREFUSED") } });
    expect(err).toBe(
      "No Millrace answers at http://127.0.0.1:4400 (nothing listens there).\nStart it with 'millrace start', or set MILLRACE_URL to where it runs.\n",
    );
    expect(code).toBe(1);
  });

  test("a key that is not accepted is reported in the command line's words", async () => {
    const { err } = await runCli(["flow", "list"], {
      answers: { "GET /flows": errorAnswer("NOT_SIGNED_IN", "This needs an API key. Send it as …", 401) },
    });
    expect(err).toBe(
      "Millrace did not accept the API key.\nRun this where Millrace runs, with the same MILLRACE_DATA, or set MILLRACE_API_KEY.\n",
    );
  });

  test("something else at the address is recognised", async () => {
    for (const answer of [new Response("<html>", { status: 200 }), Response.json({ error: "no" }, { status: 404 })]) {
      const { err, code } = await runCli(["flow", "list"], { answers: { "GET /flows": answer } });
      expect([err.includes("is not Millrace"), code]).toEqual([true, 1]);
    }
  });

  test("the key does not follow an answer that points elsewhere", async () => {
    const { asked, err, code } = await runCli(["flow", "list"], {
      answers: { "GET /flows": Response.json({ flows: [] }, { status: 302 }) },
    });
    expect([asked[0]!.redirect, code]).toEqual(["manual", 1]);
    expect(err).toContain("(with status 302) is not Millrace");
  });

  test("wrong settings are reported together and without their values", async () => {
    const { err, code } = await runCli(["flow", "list"], { env: { MILLRACE_URL: "ftp://hidden", MILLRACE_API_KEY: "two words" } });
    expect(err).toMatch(/MILLRACE_URL: .*\n.*MILLRACE_API_KEY: /);
    expect(err).not.toMatch(/hidden|two words/);
    expect(code).toBe(1);
  });

  test("an answer cannot steer the terminal, and the key is in no message", async () => {
    const { err, out } = await runCli(["flow", "list"], {
      answers: { "GET /flows": errorAnswer("INTERNAL", "Broken \u001b]0;owned\u0007 thing.", 500) },
    });
    expect(err).toBe("Broken  ]0;owned  thing.\n");
    expect(err + out).not.toContain("mr_test");
  });
});
