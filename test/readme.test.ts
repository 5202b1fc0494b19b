import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { knowledge } from "#test/support/built-in.ts";
import { compileFlow, parseFlow } from "#engine/flow/flow.ts";

const docs = readdirSync(new URL("../docs", import.meta.url)).filter((name) => name.endsWith(".md"));
const pages = ["README.md", "ARCHITECTURE.md", "CONTRIBUTING.md", "CHANGELOG.md", ...docs.map((name) => `docs/${name}`)];
const read = (page: string) => readFileSync(new URL(`../${page}`, import.meta.url), "utf8");

describe("the guides", () => {
  test("the README's flow can be saved as it stands", () => {
    const flow: unknown = JSON.parse(/```json\n([\s\S]*?)```/.exec(read("README.md"))![1]!);
    expect(() => compileFlow(parseFlow(flow, knowledge), () => 0)).not.toThrow();
  });

  test.each(pages)("%s links only to files that exist", (page) => {
    const links = [...read(page).matchAll(/\]\(([^)#:]+)\)/g)].map(([, link]) => new URL(link!, new URL(`../${page}`, import.meta.url)));
    expect(links.filter((link) => !existsSync(link)).map(String)).toEqual([]);
  });

  test.each(pages)("%s writes places of the page as *Use elsewhere › Zapier*", (page) => {
    const others = /\*+Use elsewhere (?!›)[^\n*]*\*|\*+Use elsewhere\*+(?: ›|,? [*A-Z→])[^\n]*/g;
    expect(read(page).match(others) ?? []).toEqual([]);
  });

  test.each(pages)("%s names only npm scripts that exist", (page) => {
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const named = [...read(page).matchAll(/npm (?:run ([\w-]+)|(start|test))/g)].map(([, run, short]) => run ?? short!);
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});
