/** The pages on how Millrace grows, followed word for word in a copy of the tree: what they name is enough. */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, renameSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { stepsOf, take } from "./pages.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const copy = mkdtempSync(join(tmpdir(), "millrace-growing-"));
const copied = ["src", "test", "tools", "docs", "web", "package.json", "tsconfig.json", "vitest.config.ts", "CHANGELOG.md"];
const pages = ["add-an-operation.md", "add-a-login-kind.md", "add-a-step-kind.md", "add-a-route.md", "add-a-setting.md", "add-a-page.md"];

/** Suites that go over a whole table, and of them the tests that meet what was added; and the tests of just this. */
const suites = [
  "test/growing/",
  "step-kinds/kinds.test",
  "flows-page.test",
  "flow-format.test",
  "flow-editor/document/edits.test",
  "flow-editor/words/step-words.test",
  "catalog-complete",
  "catalog-pins",
  "catalog-paging",
  "http/app.test",
  "places.test",
];
const about = [
  "links.search",
  "written down",
  "the setting",
  "the route",
  "a login kind",
  "kind of step",
  "of anything at all",
  "shows every kind of trigger and step",
  "names every route",
  "needs no sign-in",
  "/private-addresses",
];

/** A new route as code of the page and of the command line calls it. */
const callers = {
  "web/src/caller.ts": `import { api } from "./lib/api.ts";\nexport const now: Promise<{ now: number }> = api.overview.time();\n`,
  "src/cli/caller.ts": `import { createApi } from "./client.ts";\nconst api = createApi({ url: "", key: null, fetch });\nexport const now: Promise<{ now: number }> = api.overview.time();\n`,
};
/** Server and page in one go, without the tests. */
const product = {
  extends: "./web/tsconfig.json",
  compilerOptions: { types: ["node", "vite/client"] },
  include: ["src", "web/src"],
  exclude: ["**/*.test.ts", "**/*.test.tsx"],
};

beforeAll(() => {
  for (const name of copied) cpSync(join(root, name), join(copy, name), { recursive: true });
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
  for (const page of pages) for (const step of stepsOf(page)) take(step, copy);
  for (const name of ["operation", "login", "route", "setting"])
    renameSync(join(copy, `test/growing/${name}.grown.ts`), join(copy, `test/growing/${name}.test.ts`));
});
afterAll(() => rmSync(copy, { recursive: true, force: true }));

/** What a command of node_modules/.bin prints; throws with it where the command fails. */
function run(command: string, ...args: string[]): Promise<string> {
  const env = { PATH: process.env["PATH"], MILLRACE_TRIALS: "0.25" };
  return new Promise((resolve, reject) => {
    execFile(join(copy, "node_modules/.bin", command), args, { cwd: copy, env, maxBuffer: 2 ** 26 }, (error, out, err) =>
      error ? reject(new Error(`${command} ${args.join(" ")}\n${out}${err}`)) : resolve(out),
    );
  });
}

describe("with an operation, a login kind, a step kind, a route, a setting and a page more", () => {
  test("everything compiles, and so does what calls the route from the page and the command line", async () => {
    for (const [file, text] of Object.entries(callers)) writeFileSync(join(copy, file), text);
    writeFileSync(join(copy, "tsconfig.product.json"), JSON.stringify(product));
    expect(await run("tsc", "-p", "tsconfig.product.json")).toBe("");
  });

  test("the tests of the tables pass over them", async () => {
    await run("tsx", "tools/settings-page.ts");
    await run("tsx", "tools/catalog-docs.ts");
    const report = join(copy, "report.json");
    const whole = run(
      "vitest",
      "run",
      "--project",
      "fast",
      "--project",
      "web",
      "--reporter=json",
      `--outputFile=${report}`,
      "-t",
      about.join("|"),
      ...suites,
    );
    const code = await whole.then(
      () => "",
      (error: Error) => error.message,
    );
    expect([titlesOf(report, "failed"), code]).toEqual([[], ""]);
    const titles = titlesOf(report, "passed").join("\n");
    for (const title of [
      "links.search has an example, and shows first what its answer has",
      "has the operations that are written down, and no others",
      "the sandbox answers links.search by its example",
      "is OpenAPI 3.1 and names every route of the contract",
      "a login kind: its login is sealed, sent with each request, and masked in the answer",
      "a login kind: the secret {} is refused at its field",
      "a login kind: apps may name it, and its form is in the list of apps",
      "a login kind: the command line offers it",
      "the kind of step 'note' uses the shape that the contract has",
      "a kind of step 'note' is one card here, with the marks, lists and code that the server has",
      "has a schema for every kind of step",
      "shows every kind of trigger and step",
      "the route is served to whoever is signed in, and to nobody else",
      "the route is called by the command line's client",
      "the setting is read from the environment, with its default",
      "'Private addresses' the page at /private-addresses is there, and the rail leads to it",
    ])
      expect(titles).toContain(title);
  });

  test("the browser's bundle has the page in a file of its own", async () => {
    const entry = join(copy, "web/src/main.tsx");
    const { outputFiles } = await build({
      entryPoints: [entry],
      outdir: join(copy, "bundle"),
      bundle: true,
      splitting: true,
      format: "esm",
      write: false,
      jsx: "automatic",
      loader: { ".css": "empty" },
      logLevel: "error",
    });
    const having = outputFiles.filter(({ text }) => text.includes("The addresses of your own network that flows may call"));
    expect(having.map(({ path }) => path.includes("private-addresses-page"))).toEqual([true]);
  });
});

interface Report {
  testResults: { assertionResults: { fullName: string; status: string }[] }[];
}

function titlesOf(report: string, outcome: "passed" | "failed"): string[] {
  const { testResults } = JSON.parse(readFileSync(report, "utf8")) as Report;
  return testResults.flatMap(({ assertionResults }) =>
    assertionResults.flatMap(({ status, fullName }) => (status === outcome ? [fullName] : [])),
  );
}
