import { describe, expect, test } from "vitest";
import { processorMs } from "#test/support/cost.ts";
import { redacted, redactorFor, redactorOf } from "./redact.ts";

const token = "pit-7f3a/9b+cd==&x";
const { text, foundIn } = redactorOf([token]);

describe("masking a login", () => {
  test.each([
    [`Bearer ${token}.`, "Bearer [secret]."],
    [`a=%41&t=${encodeURIComponent(token)}&b="\\u0041"`, 'a=%41&t=[secret]&b="\\u0041"'],
    [`{"a":"\\"","echo":${JSON.stringify(token).replaceAll("/", "\\/")},"b":"\\u00e9"}`, '{"a":"\\"","echo":"[secret]","b":"\\u00e9"}'],
    [`x %2541 ${encodeURIComponent(JSON.stringify({ token }))} y`, "x %2541 %7B%22token%22%3A%22[secret]%22%7D y"],
    [`<p>${token.replace("&", "&#x26;")}</p>`, "<p>[secret]</p>"],
  ])("leaves what stands around it as it was: %s", (said, kept) => {
    expect(text(said)).toBe(kept);
  });

  test("finds it in bytes, and not in others", () => {
    expect(foundIn(Buffer.from(`\0\xff${encodeURIComponent(token)}\0`))).toBe(true);
    expect(foundIn(Buffer.from(token, "utf16le"))).toBe(true);
    expect(foundIn(Buffer.from("\0 pit-7f3a and no more"))).toBe(false);
  });

  test("masks a secret that was sent within something longer", () => {
    const cookie = { headers: { cookie: "sid=c00kie-of-ada" }, masks: ["c00kie-of-ada"], version: 1, renewable: false };
    expect(redactorFor(cookie).text("no session c00kie-of-ada")).toBe("no session [secret]");
  });

  test("takes the spent login for a secret, too", () => {
    const of = (secret: string) => ({ headers: { authorization: `Bearer ${secret}` }, version: 1, renewable: true });
    expect(redactorFor(of("new-token-1"), of("old-token-1")).text("old-token-1 became new-token-1")).toBe("[secret] became [secret]");
  });

  test("reaches every string of an error's details, and leaves numbers alone", () => {
    expect(redacted({ message: token, list: [{ deep: token }], status: 422, [token]: null }, redactorOf([token]))).toEqual({
      message: "[secret]",
      list: [{ deep: "[secret]" }],
      status: 422,
      "[secret]": null,
    });
  });

  test("does not blot out ordinary words for a login that is one", () => {
    expect(redactorOf(["abc"]).text("abc")).toBe("abc");
  });

  test.each([
    ["backslashes", "\\"],
    ["percent signs", "%25"],
    ["percent signs without end", "%"],
    ["entities", "&amp;"],
    ["zeros of an entity", "&#0000000"],
    ["starts of the login", encodeURIComponent(token.slice(0, -1))],
    ["the login itself", encodeURIComponent(token)],
  ])("takes linear time for much of %s", (_, part) => {
    const hostile = part.repeat(Math.ceil(300_000 / part.length));
    const redact = () => [text(hostile), foundIn(Buffer.from(hostile))];
    expect(processorMs(redact)).toBeLessThan(3_000);
  });
});
