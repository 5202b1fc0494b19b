/** docs/add-an-app.md followed word for word, against a helpdesk on a port. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { AppRegistry } from "#catalog/registry.ts";
import type { App } from "#catalog/types.ts";
import { runCommandLine } from "#cli/program.ts";
import type { Terminal } from "#cli/terminal.ts";
import { systemClock } from "#kernel/clock.ts";
import type { AppView, FlowDetail, RunList } from "#api/schemas.ts";
import { petstore30 } from "./definitions/documents.ts";
import { addAnAppPage, savedAs } from "./support/add-an-app.ts";
import { openHelpdesk, type Helpdesk } from "./support/helpdesk.ts";
import { inboxFolder, openHouse, until, type House } from "./support/inbox.ts";

let desk: Helpdesk;
let house: House;
const { folder, remove } = inboxFolder();
const work = mkdtempSync(join(tmpdir(), "millrace-add-an-app-"));

beforeAll(async () => {
  desk = await openHelpdesk();
  house = await openHouse(folder, false, undefined, { env: { MILLRACE_ALLOW_PRIVATE_HOSTS: desk.host } });
  for (const name of ["helpdesk.json", "door.json", "request.txt"])
    writeFileSync(join(work, name), savedAs(name).replaceAll("https://helpdesk.example.com", desk.origin));
  writeFileSync(join(work, "key.txt"), `${desk.key}\n`);
  writeFileSync(join(work, "pets.json"), JSON.stringify(petstore30()));
});
afterAll(async () => {
  await house.millrace.close();
  await desk.close();
  remove();
  rmSync(work, { recursive: true, force: true });
});

/** The lines of the page's shell blocks under a heading. */
function linesUnder(heading: string): string[] {
  const [, section = ""] = addAnAppPage.split(`### ${heading}\n`);
  const [own = ""] = section.split(/^###? /m);
  return [...own.matchAll(/^```sh\n([\s\S]*?)^```$/gm)].flatMap(([, body]) => body!.trim().split("\n"));
}

/** A shell line as its words, and the file it reads. */
function wordsOf(line: string): { args: string[]; file: string | undefined } {
  const [command = "", file] = line.split(" < ");
  const words = [...command.matchAll(/'([^']*)'|"([^"]*)"|(\S+)/g)].map(([, single, double, plain]) => single ?? double ?? plain!);
  return { args: words.slice(1), file };
}

/** Types one line of the page, in the folder where its files are. */
async function typed(line: string): Promise<{ code: number; out: string; err: string }> {
  const { args, file } = wordsOf(line);
  const printed = { out: "", err: "" };
  const here = args.map((arg) => (/^[\w-]+\.(?:json|txt)$/.test(arg) ? join(work, arg) : arg));
  const terminal: Terminal = {
    env: {
      MILLRACE_URL: house.millrace.localUrl,
      MILLRACE_API_KEY: await readFile(house.millrace.apiKey.file, "utf8").then((key) => key.trim()),
    },
    clock: systemClock,
    fetch,
    write: (text) => void (printed.out += text),
    out: (text) => void (printed.out += `${text}\n`),
    err: (text) => void (printed.err += `${text}\n`),
    readInput: async () => (file === undefined ? "" : readFile(join(work, file), "utf8")),
    ask: { secret: async () => "", confirm: async () => false },
    interactive: false,
    colour: false,
    width: Infinity,
    stopped: async () => {},
    exitCode: 0,
  };
  return { code: await runCommandLine(here, terminal, "1.2.3"), ...printed };
}

/** Types all lines under a heading; each has to succeed. */
async function follow(heading: string): Promise<string[]> {
  const lines = linesUnder(heading);
  expect(lines, heading).not.toEqual([]);
  return followed(lines);
}

async function followed(lines: readonly string[]): Promise<string[]> {
  const outs: string[] = [];
  for (const line of lines) {
    const { code, out, err } = await typed(line);
    expect([line, code, err]).toEqual([line, 0, ""]);
    outs.push(out);
  }
  return outs;
}

describe("an app of the workspace, as docs/add-an-app.md says", () => {
  test("2. is put into the workspace, and is listed with its operations", async () => {
    const [put, list, catalog] = await follow("2. Put it into your workspace");
    expect(put).toBe("Defined: helpdesk (Helpdesk), version 1\n");
    expect(list).toMatch(/^helpdesk .* this workspace, version 1 +Helpdesk$/m);
    expect(catalog).toContain("tickets.create");
  });

  test("3. is connected with the key in a file, tested by its probe", async () => {
    expect(await follow("3. Connect it")).toEqual(["Added: desk (helpdesk), connected\n"]);
    expect(desk.asked).toEqual([{ route: "GET /api/account", key: desk.key, body: {} }]);
  });

  test("4. is tried: a dry run writes nothing, and an agent is found by name", async () => {
    const [agents, dry, made] = await follow("4. Try it");
    expect(JSON.parse(agents!)).toHaveLength(2);
    expect(dry).toMatch(/Would create[\s\S]*Nothing was written/);
    expect(JSON.parse(made!)).toMatchObject({ subject: "The door is stuck", agentId: "ag_1" });
    expect(desk.tickets.map(({ subject }) => subject)).toEqual(["The door squeaks", "The door is stuck"]);
  });

  test("5. is used in a flow: an event posted to its address changes a ticket", async () => {
    await follow("5. Use it in a flow");
    const flow = (await house.api<{ flows: FlowDetail[] }>("GET", "/flows")).body.flows[0]!;
    expect(flow).toMatchObject({ status: "on", trigger: { app: "helpdesk", title: "Ticket Created" } });
    const event = { id: "t_1", subject: "The door is stuck", email: "ada@example.com" };
    const reply = await fetch(flow.trigger.hookUrl!.replace(house.millrace.url, house.millrace.localUrl), {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(event),
    });
    expect(reply.status).toBe(202);
    const runs = async () => (await house.api<RunList>("GET", "/runs")).body.runs;
    await until("the run has ended", runs, (all) => all.some(({ state }) => state === "succeeded"));
    expect(desk.tickets[1]).toMatchObject({ priority: "high" });
    expect(await runs()).toMatchObject([{ person: "ada@example.com" }]);
  });

  test("6. is changed by putting it again, and stays while a flow or a connection uses it", async () => {
    const [definition] = linesUnder("6. Change it, and delete it");
    expect(JSON.parse((await typed(definition!)).out)).toMatchObject({ title: "Helpdesk" });
    expect((await typed("millrace app put helpdesk helpdesk.json")).out).toContain("version 2");
    const refused = await typed("millrace app remove helpdesk --yes");
    expect([refused.code, refused.err]).toEqual([
      1,
      "'helpdesk' is used by the flow 'Tickets about doors', the connection 'desk'. Remove those first.\n",
    ]);
    await typed('millrace flow delete "Tickets about doors" --yes');
    await typed("millrace connect remove desk --yes");
    expect((await typed("millrace app remove helpdesk --yes")).out).toBe("Removed: helpdesk\n");
    const { apps } = (await house.api<{ apps: AppView[] }>("GET", "/apps")).body;
    expect(apps.filter(({ builtIn }) => !builtIn)).toEqual([]);
  });

  test("is made of an OpenAPI document", async () => {
    const [imported, catalog] = await follow("From an OpenAPI document");
    expect(imported).toMatch(/7 of 7: 3 read, 4 write[\s\S]*Defined: pets \(Pet shop\), version 1\n$/);
    expect(catalog).toContain("create_pet");
  });

  test("keeps its versions, and an earlier one is put again", async () => {
    const [versions, restored] = await follow("Versions, files and sharing");
    expect(versions).toMatch(/^1 .* 7 +1$/m);
    expect(restored).toContain("Restored version 1: pets (Pet shop), version 2");
  });
});

describe("an app made of a curl command, as docs/add-an-app.md says", () => {
  test("is drafted without the secret, checked, saved, connected and called", async () => {
    const [draft, check, ...others] = linesUnder("From a curl command");
    const [line, file] = draft!.split(" > ");
    const drafted = await typed(line!);
    expect([drafted.code, drafted.err]).toEqual([0, expect.stringContaining("The secrets of the login were left out")]);
    expect(`${drafted.out}${drafted.err}`).not.toContain("hd_4242abcdef");
    writeFileSync(join(work, file!), drafted.out);
    expect((await typed(check!)).out).toMatch(/^It can be saved\.\n\nFor careful writes:\n/);
    const [put, added, called] = await followed(others);
    expect(put).toMatch(/^Defined: notes \(.*\), version 1$/m);
    expect(added).toMatch(/^Added: notes \(notes\)/);
    expect(called).toBe("Would create: Create note\n  Text: He called again.\nNothing was written.\n");
  });
});

test("a built-in app, as docs/add-an-app.md writes it, is found by every look-up", async () => {
  const file = join(work, "app.ts");
  writeFileSync(file, savedAs("src/apps/helpdesk/app.ts"));
  const { helpdesk } = (await import(pathToFileURL(file).href)) as { helpdesk: App };
  const catalog = new AppRegistry([{ app: helpdesk }]).of("any");
  expect(catalog.app("helpdesk")).toBe(helpdesk);
  expect(catalog.operation("helpdesk", "account.get")).toMatchObject({ path: "/account" });
});
