import { describe, expect, test } from "vitest";
import { readAnswer, readEvent } from "./example.ts";

describe("an example answer", () => {
  test("says where the records are, what tells them apart and how the list goes on", () => {
    const text =
      '{"data": [{"id": "1", "name": "Ada", "updated_at": "2026-01-31T09:00:00Z", "api_key": "s3cret-key"}, {"id": "2", "age": 3}], "meta": {"next_cursor": "x", "total": 2}}';
    const answer = readAnswer(text);
    expect(answer.definition).toMatchObject({
      result: "data",
      list: true,
      identity: "id",
      changed: "updated_at",
      output: {
        type: "array",
        items: { properties: { id: { type: "string" }, age: { type: "integer" }, updated_at: { format: "date-time" } } },
      },
    });
    expect(answer.example).toEqual([
      { id: "1", name: "Ada", updated_at: "2026-01-31T09:00:00Z", api_key: "…" },
      { id: "2", age: 3 },
    ]);
    expect(answer.notes.map(({ says }) => says)).toEqual([
      "Values that are secrets by their names were left out.",
      expect.stringContaining("'meta.next_cursor'"),
    ]);
    const input = ["limit", "cursor"].map((name) => ({ name, in: "query" }));
    expect(readAnswer(text, { input }).definition.paging).toMatchObject({
      style: "cursor",
      next: { cursor: "meta.next_cursor" },
      total: "meta.total",
    });
    expect(readAnswer('{"ada": 1, "things": [{"id": 1}]}', { path: "/things" }).definition.result).toBe("things");
  });

  test("is read as documentation writes it", () => {
    const answer = readAnswer(
      `HTTP/1.1 200 OK\n\n{\n  // one ticket\n  'id': "t_1", /* its id */\n  title: “Door”,\n  "open": True,\n  "tags": ["a", "b", ...],\n  ...\n}\n`,
    );
    expect(answer.example).toEqual({ id: "t_1", title: "Door", open: true, tags: ["a", "b"] });
    expect(answer.notes[0]!.says).toMatch(/^It is JSON only without text around it, comments, /);
    for (const text of ["hello", "{", "", "<a/>"]) expect(() => readAnswer(text)).toThrow(/^text: /);
  });
});

test("an event says what it is, whom it is about and when it happened", () => {
  const { definition, guesses } = readEvent(
    '{"event": "ticket.created", "event_id": "e1", "created_at": "2026-01-31T09:00:00Z", "data": {"id": 7, "customer": {"email": "ada@example.com", "name": "Ada"}}, "token": "s3cret-token"}',
  );
  expect(definition).toMatchObject({
    id: "ticket.created",
    title: "Ticket created",
    key: ["event_id"],
    record: "data.id",
    at: "created_at",
    person: ["data.customer.email", "data.customer.name"],
    output: { type: "object" },
    example: { token: "…" },
  });
  expect(guesses.map(({ member }) => member)).toEqual(["id", "key", "record", "at", "person"]);
  expect(readEvent("id=5&name=Ada%20B").definition).toMatchObject({
    id: "event.received",
    record: "id",
    example: { id: "5", name: "Ada B" },
  });
  expect(() => readEvent("[1]")).toThrow(/^text: /);
});
