import { randomBytes } from "node:crypto";
import { CompactEncrypt } from "jose";
import { expect, test } from "vitest";
import { createSealer, keyId } from "./seal.ts";

const [older, newer] = [randomBytes(32), randomBytes(32)];
const secret = { accessToken: "top-secret", refreshToken: "r", expiresAt: "5" };

test("what was sealed opens again, and shows nothing of itself", async () => {
  const sealer = createSealer([newer]);
  const jwe = await sealer.seal("con_1", secret);
  expect(await sealer.open("con_1", jwe)).toEqual(secret);
  expect(Buffer.from(jwe.split(".")[3]!, "base64url").toString("latin1")).not.toContain("secret");
  expect(await sealer.seal("con_1", secret)).not.toBe(jwe);
});

test("what earlier versions sealed opens as a flat record of texts", async () => {
  const plain = { accessToken: "a", expiresAt: 5, urls: { add_contact: "https://x.example/1" } };
  const jwe = await new CompactEncrypt(Buffer.from(JSON.stringify(plain)))
    .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: keyId(newer), cid: "con_1" })
    .encrypt(newer);
  expect(await createSealer([newer]).open("con_1", jwe)).toEqual({
    accessToken: "a",
    expiresAt: "5",
    add_contact: "https://x.example/1",
  });
});

test("a secret moved to another connection's row does not open", async () => {
  const sealer = createSealer([newer]);
  await expect(sealer.open("con_2", await sealer.seal("con_1", secret))).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
});

test("a header changed to fit another row breaks the seal", async () => {
  const sealer = createSealer([newer]);
  const [header, ...rest] = (await sealer.seal("con_1", secret)).split(".");
  const moved = Buffer.from(
    JSON.stringify({ ...(JSON.parse(Buffer.from(header!, "base64url").toString()) as object), cid: "con_2" }),
  ).toString("base64url");
  await expect(sealer.open("con_2", [moved, ...rest].join("."))).rejects.toMatchObject({ code: "SECRET_UNREADABLE" });
});

test("older keys still open, and what they sealed is stale", async () => {
  const jwe = await createSealer([older]).seal("con_1", secret);
  const ring = createSealer([newer, older]);
  expect(await ring.open("con_1", jwe)).toEqual(secret);
  expect([ring.isStale(jwe), ring.isStale(await ring.seal("con_1", secret))]).toEqual([true, false]);
});

test.each([
  ["another key", () => createSealer([older]).seal("con_1", secret)],
  ["nonsense", async () => "a.b.c.d.e"],
  ["nothing", async () => ""],
])("%s is refused in the reader's words, without a word of the secret", async (_, make) => {
  const error = await createSealer([newer])
    .open("con_1", await make())
    .catch((e: Error) => e);
  expect(error).toMatchObject({ code: "SECRET_UNREADABLE" });
  expect(String(error)).not.toContain("top-secret");
});

test("a key of another length is no key", () => expect(() => createSealer([randomBytes(16)])).toThrow("32 bytes"));
