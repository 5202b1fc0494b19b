import { CompletionContext } from "@codemirror/autocomplete";
import { EditorState } from "@codemirror/state";
import { describe, expect, test } from "vitest";
import type { PlaceData } from "../../data/types.ts";
import { complete, placeData } from "./completion.ts";

const field = (path: string, label: string) => ({ path, label, type: "text" as const, fields: [] });
const data = {
  sources: [
    {
      name: "trigger",
      kind: "trigger",
      title: "Tag added",
      app: "highlevel",
      fields: [field("trigger.firstName", "First name"), field("trigger.lastName", "Last name"), field("trigger.email", "E-mail")],
    },
  ],
  samples: [],
  sample: null,
  zone: "UTC",
  rules: { "score-tag": { title: "Tag for a score" } },
} as unknown as PlaceData;

/** What is offered behind a text, by its labels. */
function offered(text: string): string[] {
  const state = EditorState.create({ doc: text, extensions: [placeData.of(() => data)] });
  return complete(new CompletionContext(state, text.length, false))?.options.map(({ label }) => label) ?? [];
}

describe("while one types, what is offered", () => {
  test("is a field after a slash", () => {
    expect(offered("/first")[0]).toBe("First name");
    expect(offered("Dear /mail")[0]).toBe("E-mail");
  });

  test("is a field with a change where the words name both", () => {
    expect(offered("/first upper")).toEqual(["First name, upper case"]);
    expect(offered("/last name title")[0]).toMatch(/^Last name, /);
    expect(offered("/e-mail tag for")[0]).toBe("E-mail, tag for a score");
  });

  test("is the full name of what has a first and a last one, and a word where there is nothing", () => {
    expect(offered("/full")).toEqual(["Full name (first and last)"]);
    expect(offered("/shoe size")).toEqual(["No field is called 'shoe size'. Left here, it is sent as text."]);
    expect(offered("https://shop.example/x")).toEqual([]);
  });

  test("is a change after a value and a bar, the workspace's rules among them", () => {
    expect(offered("{{ trigger.firstName }}|")).toContain("Upper case");
    expect(offered("Dear {{ trigger.firstName }} | upper")).toEqual(["Upper case"]);
    expect(offered("{{ trigger.firstName }}|score")).toEqual(["Tag for a score"]);
    expect(offered("{{ trigger.firstName }} or |")).toEqual([]);
  });
});
