import fc from "fast-check";
import { expect, test } from "vitest";
import { changeFormats } from "./change-file.ts";
import { changeSentence, type ChangeFacts } from "./change-words.ts";
import { trials } from "#test/support/trials.ts";

const change = (more: Partial<ChangeFacts>): ChangeFacts => ({
  kind: "flow",
  id: "f",
  what: "changed",
  name: "Welcome",
  who: "Ana",
  fields: [],
  ...more,
});

test.each<[Partial<ChangeFacts>, string]>([
  [{ what: "paused" }, "Ana paused the flow Welcome"],
  [{ what: "saved" }, "Ana saved the draft of the flow Welcome"],
  [{ what: "published", fields: [{ field: "version", before: 2, after: 3 }] }, "Ana published version 3 of the flow Welcome"],
  [{ what: "moved", fields: [{ field: "folder", before: null, after: "Leads" }] }, "Ana moved the flow Welcome: folder set to “Leads”"],
  [
    { kind: "connection", name: "acme", fields: [{ field: "title", before: "Acme", after: "Acme Dental" }] },
    "Ana changed the connection acme: title from “Acme” to “Acme Dental”",
  ],
  [{ kind: "connection", name: "acme", fields: [{ field: "auth" }] }, "Ana changed the connection acme: kind of login changed"],
  [{ kind: "connection", name: "acme", what: "broken", who: "Millrace" }, "Millrace found that the connection acme is broken"],
  [{ kind: "connection", name: "acme", fields: [{ field: "login" }] }, "Ana changed the connection acme: login changed"],
  [{ kind: "connection", name: "acme", what: "reconnect link created" }, "Ana made a reconnect link for the connection acme"],
  [{ kind: "invitation", name: "bob@example.com", what: "created" }, "Ana invited bob@example.com"],
  [{ kind: "member", name: "Bob", what: "made viewer" }, "Ana gave the role viewer to Bob"],
  [{ kind: "member", name: "Bob", what: "joined as viewer", who: "Bob" }, "Bob joined as viewer"],
  [{ kind: "member", name: "Bob", what: "second factor turned on", who: "Bob" }, "Bob turned their second factor on"],
  [{ kind: "trigger", what: "address changed" }, "Ana gave a new address to the flow Welcome"],
  [{ kind: "api_key", name: "mr_ab12", what: "replaced" }, "Ana made a new API key mr_ab12"],
  [{ kind: "agent", name: "Claude", what: "allowed" }, "Ana let in the agent Claude"],
  [{ kind: "approval", name: "publish 'Welcome'", what: "asked", who: "Claude for Ana" }, "Claude for Ana asked to publish 'Welcome'"],
  [{ kind: "session", name: null, what: "signed in" }, "Ana signed in"],
  [{ kind: "private_host", name: "erp.lan", what: "removed" }, "Ana no longer allows flows to call erp.lan"],
  [{ what: "tested a step with a write: Add a tag" }, "Ana tested a step with a write: Add a tag, in the flow Welcome"],
])("%o reads as a sentence", (more, sentence) => expect(changeSentence(change(more))).toBe(sentence));

const exported = (more: Partial<ChangeFacts>) => ({ ...change(more), seq: 1, by: null, at: 0 });

test("no cell of a spreadsheet is a formula, and each change is one line", () => {
  const hostile = fc.string({ unit: "grapheme" }).map((text) => `=${text}`);
  fc.assert(
    fc.property(fc.oneof(hostile, fc.constantFrom("=1+1", "+1", "-1", "@a", "\t=1", "\r\n=1", " =1", "|a", "%0A")), (name) => {
      const line = changeFormats.csv.line(exported({ name, what: name, id: name, who: name }));
      const cells = [...line.matchAll(/"((?:[^"]|"")*)"/g)].map(([, cell]) => cell!);
      expect(cells).toHaveLength(9);
      for (const cell of cells) expect(cell).not.toMatch(/^\s*[=+\-@|%]/);
    }),
    { numRuns: trials(60) },
  );
  const { line } = changeFormats.jsonl;
  expect(line(exported({ name: "a\nb" })).split("\n")).toHaveLength(2);
  expect(JSON.parse(line(exported({ name: "a\nb" })))).toMatchObject({ name: "a\nb", at: "1970-01-01T00:00:00.000Z", seq: 1 });
});
