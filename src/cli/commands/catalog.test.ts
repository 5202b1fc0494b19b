import { expect, test } from "vitest";
import type { CatalogEntry } from "#api/schemas.ts";
import { runCli } from "#test/fakes/terminal.ts";

const entries = async (...args: string[]): Promise<CatalogEntry[]> =>
  JSON.parse((await runCli(["catalog", "--json", ...args])).out) as CatalogEntry[];

test("catalog needs no server and gives each entry with all it says", async () => {
  const { out, asked, code } = await runCli(["catalog", "--json"]);
  const all = JSON.parse(out) as CatalogEntry[];
  expect([asked, code]).toEqual([[], 0]);
  expect(all.length).toBeGreaterThan(150);
  for (const entry of all)
    expect(Object.keys(entry)).toEqual(
      expect.arrayContaining(["key", "app", "kind", "title", "method", "path", "version", "scopes", "inputs"]),
    );
});

test("catalog narrows by app, words and kind", async () => {
  const webhooks = await entries("--app", "highlevel", "--kind", "webhook", "--search", "contact");
  expect(webhooks.length).toBeGreaterThan(0);
  expect(
    webhooks.every(
      ({ app, kind, key, title, category }) => app === "highlevel" && kind === "webhook" && /contact/i.test(key + title + category),
    ),
  ).toBe(true);
  expect((await runCli(["catalog", "--kind", "nothing"])).code).toBe(2);
});

test("catalog --all-endpoints adds every endpoint of the facts", async () => {
  const judged = await entries();
  const all = await entries("--all-endpoints");
  expect(all.length - judged.length).toBeGreaterThan(500);
  expect(all.find(({ key }) => key === "contacts/create-contact")).toMatchObject({ app: "highlevel", method: "POST", path: "/contacts/" });
});

test("catalog prints an aligned line for each, with a star at what must be given", async () => {
  const { out } = await runCli(["catalog", "--app", "millrace"]);
  const [head, first] = out.split("\n");
  expect(head).toMatch(/^KEY +APP +KIND +TITLE +METHOD +PATH +VERSION +SCOPES +INPUTS$/);
  expect(first).toContain("cron*");
  expect(first!.indexOf("millrace")).toBe(head!.indexOf("APP"));
});

test("catalog KEY shows one of them, an endpoint that nobody judged too", async () => {
  const { out } = await runCli(["catalog", "contacts.upsert"]);
  expect(out).toContain("Request  POST /contacts/upsert");
  expect(out).not.toContain("locationId"); // filled in from the connection
  expect((await runCli(["catalog", "contacts/create-contact"])).out).toContain("POST /contacts/");
  const { err, code } = await runCli(["catalog", "contacts.nothing"]);
  expect([code, err.includes("millrace catalog --search")]).toEqual([2, true]);
});

test("catalog KEY shows an endpoint and an operation of the newer API without listing them", async () => {
  expect((await runCli(["catalog", "contacts.create"])).out).toMatch(/Newer +contacts\.create@v3/);
  expect((await runCli(["catalog", "contacts.create@v3"])).out).toMatch(/Version +v3/);
  expect((await runCli(["catalog", "locations/get-custom-value"])).out).toMatch(/Scopes \(likely\) +locations\/customValues\.readonly/);
  expect((await runCli(["catalog", "contacts.list@v3"])).code).toBe(2);
});
