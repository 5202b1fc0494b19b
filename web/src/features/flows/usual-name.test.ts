import { describe, expect, test } from "vitest";
import { catalogJson } from "#test/support/built-in.ts";
import type { CatalogEntry, FlowDefinition } from "#api/schemas.ts";
import { usualName, withFollowingName } from "./usual-name.ts";

const catalog = catalogJson() as unknown as CatalogEntry[];
const entryOf = (app: string, key: string) => catalog.find((one) => one.app === app && one.key === key);
const flow = (trigger: object, steps: object[] = [], name = "") => ({ name, trigger, steps }) as unknown as FlowDefinition;
const called = (trigger: object, steps?: object[]) => usualName(flow(trigger, steps), entryOf);

const created = { app: "highlevel", operation: "ContactCreate" };
const addTags = { id: "tags", app: "highlevel", operation: "contacts.add_tags", input: {} };
const post = (url: string) => ({ id: "post", app: "http", operation: "post", input: { url } });

describe("a flow that nobody named", () => {
  test("is called after what starts it and what it does", () => {
    expect(called(created, [addTags])).toBe("Contact created, then add tags to contact");
    expect(called(created)).toBe("Contact created");
    expect(called({ app: "", operation: "" }, [addTags])).toBe("");
  });

  test("says the tag, the time and the host, by which flows of one kind are told apart", () => {
    const gold = { app: "highlevel", operation: "contacts.tag_added", input: { tag: "gold" } };
    expect(called(gold, [post("https://app.example/new?x=1")])).toMatch(/: gold, then send data to app\.example$/);
    const statistics = { id: "stats", app: "highlevel", operation: "contacts.search", input: {} };
    const morning = { app: "schedule", operation: "schedule", input: { cron: "0 9 * * *" } };
    const name = called({ ...morning, app: catalog.find(({ key }) => key === "schedule")!.app }, [
      statistics,
      post("https://app.example/"),
    ]);
    expect(name).toMatch(/^Every day at 09:00, .+ and send data to app\.example$/);
  });

  test("says no id, and no address that is not written yet", () => {
    const moved = { app: "highlevel", operation: "opportunities.stage_moved", input: { pipelineId: "zO5Ys2Nh2T7sJmmKzXQh" } };
    expect(called(moved, [post("")])).toMatch(/^[^:]+, then send data to a web address$/);
  });

  test("is called after what it does now, until somebody names it", () => {
    const before = flow(created, [post("")], "Contact created, then send data to a web address");
    const after = flow(created, [post("https://app.example/x")], before.name);
    expect(withFollowingName(before, after, entryOf).name).toBe("Contact created, then send data to app.example");
    expect(withFollowingName({ ...before, name: "Mine" }, { ...after, name: "Mine" }, entryOf).name).toBe("Mine");
    expect(withFollowingName(before, { ...after, name: "New name" }, entryOf).name).toBe("New name");
  });
});
