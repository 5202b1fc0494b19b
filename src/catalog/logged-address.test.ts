import { expect, test } from "vitest";
import { loggedAddress } from "./logged-address.ts";

test("of an address the operation's route is kept, with its parameters named and not filled", () => {
  const route = "/contacts/{contactId}/notes/{id}";
  expect(loggedAddress("https://crm.example/contacts/ocQHyuzHvysMo5N5VsXc/notes/7?key=q#x", route)).toBe(`https://crm.example${route}`);
  expect(loggedAddress("https://crm.example/s3cr3tT0ken/v2/contacts/1/notes/2", route)).toBe(`https://crm.example/…/v2${route}`);
  expect(loggedAddress("https://crm.example/next/page/of/elsewhere", route)).toBe("https://crm.example/next/page/of/elsewhere");
});

test("without a route nothing stays of an address that could be a secret", () => {
  const kept = (path: string) => loggedAddress(`https://hooks.example${path}`, "{+url}").slice("https://hooks.example".length);
  expect(kept("/services/T0AAA/B0BBB/SLACKSECRETPATH?api_key=Q")).toBe("/services/…/…/…");
  expect(kept("/hooks/kEGbGanSaOue5AONSEFcrpuyc3RFnQTH8UQnPzb7bbA")).toBe("/hooks/…");
  expect(kept("/bot123456:ABC-DEF1234ghIkl/sendMessage")).toBe("/…/sendMessage");
  expect(kept("/a;tok=MATRIX/b%3Fapi_key=ENC")).toBe("/…/…");
  expect(kept("/abcdefghijklmnopqrstuvwxyz")).toBe("/…");
  expect(kept("/api/v2/custom-fields/42/")).toBe("/api/v2/custom-fields/42/");
  expect(loggedAddress("https://me:word@hooks.example/a")).toBe("https://hooks.example/a");
  expect(loggedAddress("(secret address of Zapier)")).toBe("(secret address of Zapier)");
});
