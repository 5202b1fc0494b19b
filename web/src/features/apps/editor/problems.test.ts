import { describe, expect, test } from "vitest";
import type { AnswerDraft } from "#api/schemas.ts";
import { proofOf, withSignature, withProof, withProofKind } from "../definition/proofs.ts";
import type { EditedApp, Definition } from "../definition/types.ts";
import { withAnswer } from "./answer.tsx";
import { spotOf, spotWords } from "./problems.tsx";

const definition: Definition = {
  title: "Desk",
  auth: [{ kind: "header", title: "API key", header: "X-Key" }],
  operations: [
    { id: "tickets.list", title: "List tickets", effect: "read", method: "GET", path: "/tickets", list: true },
    {
      id: "tickets.create",
      title: "Create ticket",
      effect: "create",
      method: "POST",
      path: "/tickets",
      input: [{ name: "subject", in: "body", label: "Subject" }],
    },
  ],
  triggers: [{ id: "ticket.created", title: "Ticket created", example: {} }],
};

test.each([
  ["operations.1.input.0.name", { tab: "operations", op: "tickets.create" }, "Create ticket, Subject, name"],
  ["operations.1.path", { tab: "operations", op: "tickets.create" }, "Create ticket, the path"],
  ["triggers.0.key", { tab: "triggers", trigger: "ticket.created" }, "Ticket created, key"],
  ["operations", { tab: "operations" }, "operations"],
  ["baseUrl", { tab: "app" }, "the address"],
  ["webhooks.verify.secret", { tab: "triggers" }, "how events are verified"],
  ["webhooks.challenges.0.answer.signature", { tab: "triggers" }, "how it tests an address"],
])("what is wrong at %s is said in words, with the way to it", (field, spot, words) => {
  expect(spotOf(definition, field)).toEqual(spot);
  expect(spotWords(definition, field)).toBe(words);
});

describe("an example answer", () => {
  const draft: EditedApp = { definition, guesses: {} };
  const answer: AnswerDraft = {
    definition: { result: "tickets", list: true, identity: "id" },
    example: [{ id: "t_1" }],
    guesses: [
      { member: "result", why: "The answer has one list." },
      { member: "list", why: "It is a list." },
    ],
    notes: [],
  };

  test("fills in where the records are, as guesses to confirm", () => {
    const { definition: next, guesses } = withAnswer(draft, 0, answer, { q: "door" });
    expect(next.operations?.[0]).toMatchObject({
      result: "tickets",
      identity: "id",
      example: { input: { q: "door" }, output: [{ id: "t_1" }] },
    });
    expect(guesses["tickets.list"]?.map(({ member }) => member)).toEqual(["result", "list"]);
  });

  test("makes no list of a write", () => {
    const { definition: next, guesses } = withAnswer(draft, 1, answer);
    expect(next.operations?.[1]).not.toHaveProperty("list");
    expect(guesses["tickets.create"]?.map(({ member }) => member)).toEqual(["result"]);
  });
});

describe("the verification of events", () => {
  test("is taken from the signature of a caught event, with the secret where it was", () => {
    const next = withSignature(definition, { header: "X-Desk-Signature", prefix: "sha256=" });
    expect(proofOf(next)).toEqual({
      kind: "signature",
      signature: { header: "X-Desk-Signature", prefix: "sha256=" },
      secret: { login: "webhookSecret" },
    });
    expect(next.auth).toMatchObject([{ fields: [{ name: "token" }, { name: "webhookSecret" }] }]);
    const told = withProof(definition, { kind: "signature", signature: "stripe", secret: { answer: "secret" } });
    expect(proofOf(withSignature(told, "github"))).toMatchObject({ signature: "github", secret: { answer: "secret" } });
  });

  test("asks the logins for its secret, beside what they ask for already", () => {
    const next = withProofKind(definition, "signature");
    expect(proofOf(next)).toMatchObject({ kind: "signature", secret: { login: "webhookSecret" } });
    expect(next.auth).toMatchObject([{ fields: [{ name: "token" }, { name: "webhookSecret", in: "secret" }] }]);
  });

  test("leaves alone what else is said of webhooks", () => {
    const subscribe = { operation: "hooks.add", address: "url", id: "id" };
    const registered: Definition = { ...definition, webhooks: { subscribe } };
    expect(withProof(registered, { kind: "address" }).webhooks).toEqual({ subscribe, verify: { kind: "address" } });
    expect(withProof(withProofKind(definition, "token"), undefined)).not.toHaveProperty("webhooks");
  });
});
