import { CompletionContext } from "@codemirror/autocomplete";
import { json } from "@codemirror/lang-json";
import { EditorState } from "@codemirror/state";
import { beforeAll, describe, expect, test } from "vitest";
import { openServer } from "#test/fakes/server.ts";
import { exampleFlows } from "#test/support/flow-examples.ts";
import { isObject } from "#kernel/json.ts";
import { completeFlow, type Vocabulary } from "./complete.ts";
import { rangeOf } from "./places.ts";

let vocabulary: Vocabulary;
beforeAll(async () => {
  const { app } = await openServer();
  const { components } = (await app.inject({ url: "/api/v1/openapi.json" })).json<{ components: { schemas: Record<string, object> } }>();
  await app.close();
  vocabulary = {
    root: components.schemas["FlowDefinition"] as Vocabulary["root"],
    schemas: components.schemas,
    values: (member, around) =>
      member === "operation" && isObject(around) && around["app"] === "http"
        ? [{ value: "post", about: "Send data to a web address" }]
        : [],
  };
});

const stateOf = (doc: string): EditorState => EditorState.create({ doc, extensions: [json()] });

/** What is offered where `|` stands. */
function offered(text: string): string[] {
  const pos = text.indexOf("|");
  const state = stateOf(text.replace("|", ""));
  const result = completeFlow(() => vocabulary)(new CompletionContext(state, pos, true));
  return (result?.options ?? []).map(({ displayLabel, label }) => displayLabel ?? label);
}

describe("completion", () => {
  test.each<[string, string[]]>([
    ['{ "name": "F", | }', ["trigger", "steps", "settings", "description"]],
    ['{ "trigger": { "app": "http", | } }', ["operation", "connection", "every", "emit", "reconcile"]],
    ['{ "trigger": { "emit": "|" } }', ['"new"', '"changed"', '"all"']],
    ['{ "settings": { | } }', ["zone", "country", "retry", "settle", "order", "lane", "unknownOutcome"]],
    ['{ "settings": { "retry": { | } } }', ["maxAttempts", "maxElapsed"]],
    ['{ "settings": { "lane": | } }', ['"live"', '"sync"', '"backfill"']],
    ['{ "steps": [{ "id": "a", "if": "x", | }] }', ["then", "else", "title", "off"]],
    ['{ "steps": [{ "id": "a", "if": "x", "then": [{ "id": "b", "stop": "|" }] }] }', ['"success"', '"filtered"', '"failed"']],
    ['{ "steps": [{ "id": "a", "off": | }] }', ["true", "false"]],
    ['{ "steps": [{ "app": "http", "operation": "|" }] }', ["post"]],
    ['{ "steps": [{ "id": "a", "ti|": 1 }] }', ["title"]],
  ])("in %s", (text, some) => {
    expect(offered(text)).toEqual(expect.arrayContaining(some));
  });

  test("does not offer what is written already, nor members of another kind of step", () => {
    expect(offered('{ "name": "F", "steps": [], | }')).not.toContain("name");
    const inBranch = offered('{ "steps": [{ "id": "a", "if": "x", | }] }');
    expect(inBranch).not.toContain("operation");
    expect(inBranch).not.toContain("if");
  });

  test("offers nothing within a text, and does no harm in what is no JSON", () => {
    expect(offered('{ "name": "F|" }')).toEqual([]);
    for (const text of ["|", "[|", '{ "steps": [ {{ | ', "{ | : }", '{"a":{"b":{|']) expect(() => offered(text)).not.toThrow();
  });
});

describe("a place", () => {
  const written =
    '{ "name": "F", "steps": [{ "id": "a" }, { "id": "b", "if": "x", "then": [{ "id": "c", "input": { "E mail": "x" } }] }] }';
  const text = JSON.stringify(JSON.parse(written), null, 2);
  const at = (path: (string | number)[]) => {
    const { from, to } = rangeOf(stateOf(text), path);
    return text.slice(from, to);
  };

  test("is found in the text", () => {
    expect(at(["steps", 1, "then", 0, "input", "E mail"])).toBe('"E mail": "x"');
    expect(at(["steps", 0])).toMatch(/^\{\s+"id": "a"\s+\}$/);
    expect(at(["name"])).toBe('"name": "F"');
  });

  test("that is not there is marked at what is around it", () => {
    expect(at(["steps", 0, "operation"])).toBe(at(["steps", 0]));
    expect(at(["settings", "zone"])).toBe("{");
    expect(rangeOf(stateOf(""), ["name"])).toEqual({ from: 0, to: 0 });
  });

  test("of every example is found", () => {
    for (const flow of exampleFlows()) {
      const whole = JSON.stringify(flow, null, 2);
      const walk = (value: unknown, path: (string | number)[]) => {
        const { from, to } = rangeOf(stateOf(whole), path);
        expect(to).toBeGreaterThan(from);
        if (Array.isArray(value)) value.forEach((item, i) => walk(item, [...path, i]));
        else if (isObject(value)) for (const [name, member] of Object.entries(value).slice(0, 3)) walk(member, [...path, name]);
      };
      walk(flow, []);
    }
  });
});
