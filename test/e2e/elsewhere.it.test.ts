/** Whoever writes a program, or runs n8n, takes the operations there. */
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { unzipSync } from "fflate";
import type { Page } from "playwright-core";
import { beforeAll, describe, expect, test } from "vitest";
import { expectShown } from "#test/support/browser.ts";
import { connectAcme, type House } from "#test/support/inbox.ts";
import { webPage } from "#test/support/web-page.ts";

const web = webPage();
const { open, expectGoodOnPhone } = web;
let house: House;
let page: Page;

beforeAll(async () => {
  ({ house, page } = web);
  await connectAcme(house.millrace);
});

/** What a download button gives: the names of the files in it. */
async function downloaded(button: string): Promise<{ name: string; files: string[] }> {
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: button }).click();
  const file = await coming;
  const files = Object.keys(unzipSync(new Uint8Array(await readFile(await file.path()))));
  await page.getByText("Downloaded.").waitFor();
  return { name: file.suggestedFilename(), files };
}

describe("use elsewhere", () => {
  test("from a program: the call that is shown works as it stands, and the client is downloaded", async () => {
    await open("/elsewhere");
    await page.getByRole("link", { name: /Your own code/ }).click();
    const call = page.locator("pre").filter({ hasText: "curl" });
    await call.waitFor();
    await expectGoodOnPhone("elsewhere-code");
    const { body } = await house.api<{ key: string }>("POST", "/api-keys", {
      name: "program",
      role: "builder",
      scopes: ["catalog:read", "operations:call"],
    });
    const command = await call.innerText();
    expect(command).not.toContain(body.key);
    const { stdout } = await promisify(execFile)("bash", ["-c", `${command} -s`], {
      env: { ...process.env, MILLRACE_API_KEY: body.key, no_proxy: "*" },
    });
    expect(JSON.parse(stdout)).toMatchObject({ output: { id: expect.any(String) } });
    expect(await downloaded("Download client")).toEqual({
      name: "millrace-client.zip",
      files: ["package.json", "README.md", "index.js", "index.d.ts"],
    });
  });

  test("the reference shows every operation of an app, from its own document", async () => {
    await page.goto(`${house.millrace.localUrl}/api/docs?of=operations&apps=http`);
    await expectShown(page.getByText("Get data from a web address"));
  });

  test("from n8n: the nodes of one app are downloaded", async () => {
    await open("/elsewhere");
    await page.getByRole("link", { name: /^n8n/ }).click();
    await page.getByLabel("Operations of").selectOption({ label: "SightMill" });
    await expectGoodOnPhone("elsewhere-n8n");
    const { name, files } = await downloaded("Download nodes");
    expect([name, files.includes("dist/nodes/Millrace/Millrace.node.js")]).toEqual(["n8n-nodes-millrace.zip", true]);
  });
});
