import { randomBytes } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, readdirSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { keysByCommand, readKeys } from "./keys.ts";

const folder = () => mkdtempSync(join(tmpdir(), "millrace-keys-"));
const key = (n = 32) => randomBytes(n).toString("base64");

test("keys of the environment come newest first, and no file is made", () => {
  const dir = folder();
  const [a, b] = [key(), key()];
  const { keys, warning } = readKeys({ value: ` ${a} , ${b}`, file: join(dir, "key") });
  expect([keys.map((k) => Buffer.from(k).toString("base64")), warning, readdirSync(dir)]).toEqual([[a, b], undefined, []]);
});

test.each([
  ["too short", key(16)],
  ["one of two wrong", `${key()},abc`],
  ["only commas", ",,"],
])("%s: refused by the variable's name, and its value is not shown", (_, value) => {
  try {
    readKeys({ value, file: "unused" });
    expect.unreachable();
  } catch (error) {
    expect(error).toMatchObject({ code: "SETTINGS_INVALID" });
    expect(String(error)).toContain("MILLRACE_ENCRYPTION_KEY");
    expect(String(error)).not.toContain(value);
  }
});

test("without one a file is made, for its owner only, and used again", () => {
  const file = join(folder(), "deep", "encryption.key");
  const first = readKeys({ value: undefined, file });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(first.warning).toContain("MILLRACE_ENCRYPTION_KEY");
  const second = readKeys({ value: "", file });
  expect([second.keys, second.warning]).toEqual([first.keys, undefined]);
  expect(readdirSync(join(file, ".."))).toEqual(["encryption.key"]);
});

test("an existing file is never overwritten, and one that others can read is reported", () => {
  const file = join(folder(), "key");
  const mine = key();
  writeFileSync(file, mine);
  chmodSync(file, 0o644);
  const { keys, warning } = readKeys({ value: undefined, file });
  expect([Buffer.from(keys[0]!).toString("base64"), readFileSync(file, "utf8"), warning]).toEqual([
    mine,
    mine,
    expect.stringContaining("chmod 600"),
  ]);
});

test("keys come from a command's output, one on each line or separated by commas", async () => {
  const [a, b] = [key(), key()];
  expect(await keysByCommand(`node -p "'${a}'"`)).toBe(a);
  expect(await keysByCommand(`node -p "'${a}\\n${b}'"`)).toBe(`${a},${b}`);
});

test.each([
  ["fails", `node -e "console.log('s3cret'); console.error('s3cret'); process.exit(3)"`, "exit code 3"],
  ["prints something else", `node -p "'s3cret'"`, "must print 32 bytes in base64"],
  ["is not there", "no-such-command-s3cret", "exit code"],
])("a command that %s is refused by the setting's name, and nothing that it printed is shown", async (_, command, says) => {
  const error: unknown = await keysByCommand(command).catch((thrown: unknown) => thrown);
  expect(error).toMatchObject({ code: "SETTINGS_INVALID", message: expect.stringContaining("MILLRACE_ENCRYPTION_KEY_COMMAND") });
  expect(String(error)).toContain(says);
  expect(String(error)).not.toContain("s3cret");
});
