import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { highlevel } from "#apps/highlevel/app.ts";
import { packageRoot } from "#kernel/root.ts";
import { renderCatalog } from "./render.ts";

const folder = join(packageRoot(), "docs/catalog");
const pages = renderCatalog(highlevel);

describe("the catalog's pages", () => {
  test("are what the catalog gives: run `npx tsx tools/catalog-docs.ts` after changing it", () => {
    expect(readdirSync(folder).sort()).toEqual([...pages.keys()].sort());
    const stale = [...pages].filter(([name, text]) => readFileSync(join(folder, name), "utf8") !== text).map(([name]) => name);
    expect(stale).toEqual([]);
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
      for (const [, target = "", anchor] of text.matchAll(/\]\(([\w-]+\.md)?(?:#([\w-]+))?\)/g)) {
        const page = pages.get(target || name);
        expect(page).toBeDefined();
        if (anchor) expect(page).toContain(`<a id="${anchor}"></a>`);
      }
    }
  });

  test("say how a trigger fires, and what happens after an unknown outcome", () => {
    const calendars = pages.get("calendars-and-appointments.md")!;
    expect(calendars).toContain("A row is known by `slot`, a change by its content.");
    expect(calendars).toContain("looked up with List Calendar Events before it is tried again");
    expect(pages.get("conversations-and-messages.md")).toContain("Told sooner by the events `InboundMessage`, `OutboundMessage`");
  });
});
