import { expect, test } from "vitest";
import { errorAnswer, runCli } from "#test/fakes/terminal.ts";

const url = "http://127.0.0.1:4400/#open=t0ken";
const answers = { "POST /sign-in-links": { url, expiresAt: 1 } };

test("open prints the link alone on standard output, and says beside it how long it can be used", async () => {
  const { out, err, code } = await runCli(["open"], { answers });
  expect([out, code]).toEqual([`${url}\n`, 0]);
  expect(err).toContain("once, within 15 minutes");
  expect(JSON.parse((await runCli(["open", "--json"], { answers })).out)).toEqual({ url, expiresAt: 1 });
});

test("open says what signs in instead where local sign-in is off", async () => {
  const off = errorAnswer("LOCAL_SIGN_IN_OFF", "Local sign-in is off, so there are no one-time links.", 409);
  const { out, err, code } = await runCli(["open"], { answers: { "POST /sign-in-links": off } });
  expect([out, code]).toEqual(["", 1]);
  expect(err).toContain("'api-key' of the data folder");
});
