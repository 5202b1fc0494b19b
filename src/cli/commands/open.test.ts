import { expect, test } from "vitest";
import { runCli } from "#test/fakes/terminal.ts";

const url = "http://127.0.0.1:4400/#open=t0ken";
const answers = { "POST /sign-in-links": { url, expiresAt: 1, opens: "page" } };

test("open prints the link alone on standard output, and says beside it how long it can be used", async () => {
  const { out, err, code } = await runCli(["open"], { answers });
  expect([out, code]).toEqual([`${url}\n`, 0]);
  expect(err).toContain("once, within 15 minutes");
  expect(JSON.parse((await runCli(["open", "--json"], { answers })).out)).toEqual({ url, expiresAt: 1, opens: "page" });
});

test("open says what the link is for where nobody comes in without an account", async () => {
  const forAccount = { url, expiresAt: 1, opens: "account" };
  const { out, err, code } = await runCli(["open"], { answers: { "POST /sign-in-links": forAccount } });
  expect([out, code]).toEqual([`${url}\n`, 0]);
  expect(err).toContain("to make the owner's account, or to give an owner a new password");
});
