import { describe, expect, test } from "vitest";
import { readSigning, signings } from "#catalog/signing.ts";
import { senders } from "../../lib/senders.ts";
import { checkSentence, isComplete, readSignature, type Signature, usualWay, withSignature } from "./signature.ts";

const flow = { name: "Orders", trigger: { app: "http", operation: "webhook", key: "{{ trigger.id }}", input: { other: 1 } }, steps: [] };
const own: Signature = {
  kind: "own",
  connection: "shop-secret",
  own: { ...usualWay, header: "X-Sig", prefix: "v1=", timestamp: "X-Time", toleranceSeconds: "60" },
};

test("the form offers the senders that the server knows, with their headers and whether the time is signed", () => {
  const expected = Object.fromEntries(
    Object.entries(signings).map(([name, { header, timestamp }]) => [name, [header, timestamp !== undefined]]),
  );
  expect(Object.fromEntries(Object.entries(senders).map(([name, { header, timed }]) => [name, [header, timed]]))).toEqual(expected);
});

describe("a signature in a flow", () => {
  test.each([
    ["of a sender known by name", { kind: "github", own: usualWay, connection: "gh" } as Signature],
    ["of one that is described", own],
  ])("%s is read back as it was written, and the server takes it", (_, signature) => {
    const written = withSignature(flow, signature);
    expect(readSignature(written)).toEqual(signature);
    const { input } = written["trigger"] as { input: Record<string, unknown> };
    expect(typeof readSigning(input["signature"])).toBe("object");
    expect(written).toMatchObject({ steps: [], trigger: { key: "{{ trigger.id }}", input: { other: 1 } } });
  });

  test("is taken away with its connection, and nothing else", () => {
    expect(withSignature(withSignature(flow, own), { ...own, kind: "none" })).toEqual(flow);
  });

  test("leaves no empty input behind", () => {
    const bare = { name: "Orders", trigger: { app: "http", operation: "webhook" }, steps: [] };
    expect(withSignature(withSignature(bare, own), { ...own, kind: "none" })).toEqual(bare);
  });

  test("needs a connection, and its header where it is described", () => {
    expect(
      [own, { ...own, connection: null }, { ...own, own: usualWay }, { ...own, kind: "none" as const, connection: null }].map(isComplete),
    ).toEqual([true, false, false, true]);
  });
});

test.each([
  [{ ...own, kind: "none" as const }, "Nothing is checked: whoever knows the address can post events."],
  [
    { ...own, kind: "github" as const },
    "An event counts only if the header x-hub-signature-256 shows that it was signed with the secret. Anything else is answered 401 and starts nothing.",
  ],
  [
    { ...own, kind: "stripe" as const },
    "An event counts only if the header stripe-signature shows that it was signed with the secret, not more than 5 minutes from now. Anything else is answered 401 and starts nothing.",
  ],
  [
    own,
    "An event counts only if the header X-Sig shows that it was signed with the secret, not more than 60 seconds from now. Anything else is answered 401 and starts nothing.",
  ],
])("what is checked is said in a sentence", (signature, sentence) => {
  expect(checkSentence(signature)).toBe(sentence);
});
