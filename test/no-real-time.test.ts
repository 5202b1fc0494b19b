/**
 * The fast tests neither sleep nor measure time: on a busy machine a millisecond takes a second, and a test that counts on one fails with
 * correct code. Time is a TestClock's, waiting is by turns of the event loop (support/turns.ts), cost is the processor's (support/cost.ts).
 */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";

const root = dirname(dirname(fileURLToPath(import.meta.url)));

const rules: Record<string, RegExp> = {
  "a real timer": /\bset(?:Timeout|Interval)\b|\{[^}]*\bset(?!Immediate)\w+[^}]*\} from "(?:node:)?timers/,
  "the real time": /\bDate\.now\b|\bnew Date\(\)|\bperformance\b\.|\bhrtime\b|\bsystemClock\b/,
  "a wait by the real time": /\bwaitFor\b|\bwaitUntil\b|\bexpect\.poll\b|\bAbortSignal\.timeout\b/,
  "a time limit of its own": /\b(?:timeout|testTimeout|hookTimeout)\s*:|^\s*\}, [\d_]+\);$/m,
};
/** What `test` is given beside its title and its function. */
const ownLimit = /\{ timeout: [\d_]+ \}, (?:async )?\(|^\s*\}, [\d_]+\);$|^\s*\},\n\s*[\d_]+,\n\s*\);$/m;

/** By file and rule: why it is harmless there. */
const exceptions: Record<string, Record<string, string>> = {
  "src/engine/scripts/execute.test.ts": {
    "a real timer": "in the text of a script, which has none",
    "the real time": "in the text of a script, which is given another",
  },
  "src/server/embed/connect-script.test.ts": {
    "a real timer": "given to the script of a page, and faked",
  },
  "test/flow-import/flow-import.test.ts": {
    "a time limit of its own": "in the settings of a request that is imported",
  },
  "web/src/features/syncs/syncs-pages.test.tsx": {
    "a real timer": "after the page's own, which was set before it and ends sooner: however late both are, they keep their order",
  },
  "test/contracts/run-queue.contract.ts": {
    "the real time": "a run that works for a millisecond; however long it takes, more do not fit into a turn",
  },
};

interface Source {
  path: string;
  text: string;
}

test("fast tests, and what they use of test/, neither sleep nor measure time", () => {
  const sources = fastSources();
  expect(sources.length).toBeGreaterThan(200);
  const broken = sources.flatMap((source) => rulesBroken(source).map((rule) => `${source.path}: ${rule}`));
  const excepted = Object.entries(exceptions).flatMap(([path, rows]) => Object.keys(rows).map((rule) => `${path}: ${rule}`));
  expect(broken.sort()).toEqual(excepted.sort());
});

test("no test that takes its time has a limit of its own: the project's, in vitest.config.ts, ends what hangs", () => {
  const sources = testsIn("src", isSlow).concat(testsIn("test", isSlow));
  expect(sources.length).toBeGreaterThan(50);
  expect(sources.filter((path) => ownLimit.test(codeOf(readFileSync(join(root, path), "utf8"))))).toEqual([]);
});

test.for<[rule: string, text: string]>([
  ["a real timer", "await new Promise((done) => setTimeout(done, 15));"],
  ["a real timer", `import { setTimeout as sleep } from "node:timers/promises";`],
  ["a real timer", "const timer = setInterval(() => turns++, 0);"],
  ["the real time", "expect(Date.now() - began).toBeLessThan(50);"],
  ["the real time", "const began = performance.now();"],
  ["the real time", "const queue = open(systemClock);"],
  ["a wait by the real time", "await vi.waitFor(() => expect(list()).toEqual([]));"],
  ["a time limit of its own", `it("ends", { timeout: 60_000 }, async () => {`],
  ["a time limit of its own", `test("ends", async () => {\n  await work();\n}, 60_000);\n`],
])("finds %s in `%s`", ([rule, text]) => {
  expect(rulesBroken({ path: "a.test.ts", text })).toContain(rule);
});

test.for([
  "const now = Date.UTC(2026, 0, 15);",
  `import { setImmediate as turn } from "node:timers/promises";`,
  "// setTimeout would be wrong here",
  "await sleep(clock, 500);",
  "places.weigh(giant, 9_000_000);",
])("has nothing against `%s`", (text) => {
  expect(rulesBroken({ path: "a.test.ts", text })).toEqual([]);
});

function rulesBroken({ text }: Source): string[] {
  const code = codeOf(text);
  return Object.keys(rules).filter((rule) => rules[rule]!.test(code));
}

const codeOf = (text: string): string => text.replaceAll(/\/\*[\s\S]*?\*\//g, "").replaceAll(/(^|\s)\/\/.*/g, "$1");

/** The tests of the projects `fast` and `web`, and the files of test/ they import. This file quotes what it looks for. */
function fastSources(): Source[] {
  const sources = new Map<string, Source>();
  const add = (path: string): void => {
    if (sources.has(path) || !existsSync(join(root, path))) return;
    const source = { path, text: readFileSync(join(root, path), "utf8") };
    sources.set(path, source);
    for (const [, specifier] of source.text.matchAll(/from "([^"]+)"/g)) {
      const imported = specifier!.startsWith("#test/") ? specifier!.slice(1) : relative(root, join(root, dirname(path), specifier!));
      if (imported.startsWith("test/")) add(imported);
    }
  };
  for (const folder of ["src", "test", "tools", "web/src"]) for (const path of testsIn(folder, (path) => !isSlow(path))) add(path);
  sources.delete(relative(root, fileURLToPath(import.meta.url)));
  return [...sources.values()];
}

const isSlow = (path: string): boolean => /\.(it|e2e)\.test\.ts$|^test\/(faults|e2e)\//.test(path);

function testsIn(folder: string, wanted: (path: string) => boolean): string[] {
  const files = readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  return files.filter((path) => /\.test\.tsx?$/.test(path) && wanted(path));
}
