import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { packageRoot } from "#kernel/root.ts";
import { renderEndpoints } from "./endpoints.ts";
import { renderCatalog } from "./render.ts";

const folder = join(packageRoot(), "docs/catalog");
const pages = renderCatalog(highlevel);

describe("the catalog's pages", () => {
  test("are what the catalog gives: run `npx tsx tools/catalog-docs.ts` after changing it", () => {
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    const stale = [...pages].filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text).map(([name]) => name);
    expect(stale).toEqual([]);
  });

  test("are followed by one about the endpoints that have none", () => {
    expect(readFileSync(join(packageRoot(), "docs/endpoints.md"), "utf8")).toBe(renderEndpoints(highlevel));
  });

  test("have every operation once, with its inputs and an example", () => {
    const all = [...pages.values()].join("\n");
    for (const o of highlevel.operations) {
      expect(all.split(`\n\`${o.id}\` · `)).toHaveLength(2);
      for (const field of o.input.filter((f) => !f.fill)) expect(all).toContain(`| \`${field.name}\``);
    }
  });

  test("lead from the index and from each page's contents to where they say", () => {
    for (const [name, text] of pages) {
      for (const [, target = "", anchor] of text.matchAll(/\]\((?!\.\.)([\w-]+\.md)?(?:#([\w-]+))?\)/g)) {
        const page = pages.get(target || name);
        expect(page).toBeDefined();
        if (anchor) expect(page).toContain(`<a id="${anchor}"></a>`);
      }
    }
  });

  test("have every change trigger once, with its settings and what a flow gets", () => {
    const changes = pages.get("changes.md")!;
    for (const { id, input, example } of highlevel.changes ?? []) {
      const [, part = ""] = changes.split(`\n\`${id}\` starts a flow when `);
      const [entry = ""] = part.split("\n<a id=");
      for (const { name } of input) expect(entry).toContain(`| \`${name}\``);
      expect(entry).toContain(JSON.stringify((example!.output as unknown[])[0], null, 2));
    }
  });

  test("have every event once, with its scopes", () => {
    const events = pages.get("events.md")!;
    for (const { id, scopes } of highlevel.triggers) {
      const [row, ...more] = events.split("\n").filter((line) => line.includes(`| \`${id}\` |`));
      expect(more).toEqual([]);
      for (const scope of scopes!) expect(row).toContain(`\`${scope}\``);
    }
  });

  test("say of each event what it carries, and whether it is found again", () => {
    const events = pages.get("events.md")!;
    for (const { id, example, reconcile } of highlevel.triggers) {
      const [entry = ""] = events.split(`<a id="${id.toLowerCase().replace(/[^a-z0-9]+/g, "-")}"></a>`)[1]!.split("\n<a id=");
      expect(entry).toContain(JSON.stringify(example, null, 2));
      expect(entry).toContain(reconcile ? "Found again with" : "cannot be found again");
    }
  });

  test("say which operations take an agency's login", () => {
    for (const { id, access } of highlevel.operations)
      expect([id, pages.get("README.md")!.includes(`| \`${id}\` |`)]).toEqual([id, access.includes("agency")]);
  });

  test("say how a trigger fires, and what happens after an unknown outcome", () => {
    const calendars = pages.get("calendars-and-appointments.md")!;
    expect(calendars).toContain("A row is known by `slot`, a change by its content.");
    expect(calendars).toContain(
      "for those that vanished (`all`): rows that are not there any more, rows that the window of time has passed.",
    );
    expect(calendars).toContain("The whole list comes in one answer.");
    expect(calendars).toContain("looked up with List Calendar Events before it is tried again");
    expect(pages.get("conversations-and-messages.md")).toContain("The events [`InboundMessage`](events.md#inboundmessage)");
    expect(pages.get("contacts.md")).toContain("Finds what was not delivered of [`ContactCreate`](events.md#contactcreate)");
    expect(pages.get("contacts.md")).toContain("Brings about the events [`ContactTagUpdate`](events.md#contacttagupdate).");
  });
});
