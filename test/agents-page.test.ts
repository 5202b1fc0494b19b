import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { needsPerson } from "#surfaces/agent-words.ts";
import { openApi, openMcp } from "#test/support/mcp.ts";

/** docs/agents.md against the tools and the words of the page. */
describe("docs/agents.md", () => {
  const page = readFileSync(new URL("../docs/agents.md", import.meta.url), "utf8");
  const section = (title: string) => page.split(`\n## ${title}\n`)[1]!.split("\n## ")[0]!;

  test("names every tool and no other", async () => {
    const { client } = await openMcp(await openApi());
    const { tools } = await client.listTools();
    const named = [...section("Tools").matchAll(/^\| (.*?) \|/gm)].flatMap(([, cell]) =>
      [...cell!.matchAll(/`(\w+)`/g)].map(([, name]) => name),
    );
    expect(new Set(named)).toEqual(new Set(tools.map(({ name }) => name)));
  });

  test("says what needs a person as the page and the tools do", () => {
    expect(section("What needs a person")).toContain(`\n${needsPerson.map((item) => `- ${item}`).join("\n")}\n`);
    for (const each of needsPerson) expect(section("What you can allow")).toContain(each);
  });
});
