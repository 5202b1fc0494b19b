import { beforeEach, describe, expect, test } from "vitest";
import type { FlowDefinition, FlowDetail } from "#api/schemas.ts";
import { ApiError } from "../../../lib/api.ts";
import { setAt } from "../document/edits.ts";
import { stepAt } from "../document/place.ts";
import { judge } from "./judge.ts";
import { KnownRevisions } from "./known-revisions.ts";
import { FlowDraft } from "./flow-draft.ts";
import { EditsKeeper } from "./kept-edits.ts";

const start: FlowDefinition = { name: "F", trigger: { app: "http", operation: "webhook" }, steps: [] };
const named = (name: string) => (definition: FlowDefinition) => setAt(definition, ["name"], name);
const error = (status: number, code: string) => new ApiError(status, { code, message: `It said ${code}.`, details: {} });

/** Time that is moved on by hand. */
class Timers {
  now = 0;
  #waiting: { at: number; act: () => void }[] = [];
  readonly later = (ms: number, act: () => void) => {
    const timer = { at: this.now + ms, act };
    this.#waiting.push(timer);
    return () => void (this.#waiting = this.#waiting.filter((one) => one !== timer));
  };
  async go(ms: number): Promise<void> {
    this.now += ms;
    const due = this.#waiting.filter(({ at }) => at <= this.now);
    this.#waiting = this.#waiting.filter(({ at }) => at > this.now);
    for (const { act } of due) act();
    await settle();
  }
}
const settle = async () => {
  for (let n = 0; n < 10; n++) await Promise.resolve();
};

class Memory {
  readonly kept = new Map<string, string>();
  getItem = (key: string) => this.kept.get(key) ?? null;
  setItem = (key: string, value: string) => void this.kept.set(key, value);
  removeItem = (key: string) => void this.kept.delete(key);
  key = (n: number) => [...this.kept.keys()][n] ?? null;
  get length(): number {
    return this.kept.size;
  }
}

/** A server with one draft. */
class Server {
  draft = start;
  n = 1;
  fail: Error | null = null;
  saves: string[] = [];
  busy = 0;
  busiest = 0;
  gate: Promise<void> | null = null;
  /** Saves, and its answer gets lost. */
  losesAnswers = false;
  readonly save = async (definition: FlowDefinition, revision: number | null): Promise<FlowDetail> => {
    this.busiest = Math.max(this.busiest, ++this.busy);
    await this.gate;
    this.busy--;
    if (this.fail) throw this.fail;
    if (revision !== null && revision !== this.n) {
      if (JSON.stringify(definition) === JSON.stringify(this.draft)) return this.detail;
      throw error(409, "FLOW_CHANGED");
    }
    this.saves.push(definition.name);
    const saved = this.write(definition);
    if (this.losesAnswers) throw error(0, "UNREACHABLE");
    return saved;
  };
  write(definition: FlowDefinition): FlowDetail {
    this.draft = definition;
    this.n++;
    return this.detail;
  }
  get detail(): FlowDetail {
    return { definition: this.draft, revision: this.n } as FlowDetail;
  }
}

let timers: Timers;
let memory: Memory;
let server: Server;
beforeEach(() => {
  timers = new Timers();
  memory = new Memory();
  server = new Server();
});
const open = (page = "p1", of: FlowDetail = server.detail) =>
  new FlowDraft(of, {
    save: server.save,
    judge,
    messageOf: (thrown) => (thrown as Error).message,
    later: timers.later,
    now: () => timers.now,
    keeper: new EditsKeeper(memory, "flow_1", page),
    known: new KnownRevisions(memory, "flow_1"),
  });
const kind = (draft: FlowDraft) => draft.view().save.kind;

describe("whose draft it is", () => {
  test("is foreign until a person has it tried, and stays known with what they save then", async () => {
    const draft = open();
    expect(draft.view().isForeign).toBe(true);
    draft.edit(named("mine in part"));
    await timers.go(600);
    expect([draft.view().isForeign, open("p2").view().isForeign]).toEqual([true, true]);
    draft.accept();
    draft.edit(named("mine"));
    await timers.go(600);
    expect([draft.view().isForeign, open("p3").view().isForeign]).toEqual([false, false]);
  });

  test("is foreign again once somebody else has saved it, on this page and on the next", () => {
    const draft = open();
    draft.accept();
    server.write({ ...server.draft, name: "an agent's" });
    draft.adopt(server.detail);
    expect([draft.view().isForeign, open("p2").view().isForeign]).toEqual([true, true]);
  });
});

describe("a draft", () => {
  test("is saved once typing pauses, the newest of it, one save at a time", async () => {
    const draft = open();
    for (const name of ["a", "ab", "abc"]) draft.edit(named(name), { key: "name" });
    expect(kind(draft)).toBe("saving");
    let pass = () => {};
    server.gate = new Promise((done) => (pass = done));
    await timers.go(600);
    draft.edit(named("abcd"));
    await timers.go(600);
    await timers.go(600);
    expect(server.busiest).toBe(1);
    pass();
    server.gate = null;
    await settle();
    await timers.go(600);
    expect([server.saves, kind(draft), server.draft.name]).toEqual([["abc", "abcd"], "saved", "abcd"]);
    expect(memory.kept.size).toBe(0);
  });

  test("is tried again when the connection drops, and kept in the browser meanwhile", async () => {
    const draft = open();
    server.fail = error(0, "UNREACHABLE");
    draft.edit(named("offline"));
    await timers.go(600);
    expect(draft.view().save).toEqual({ kind: "retrying", message: "It said UNREACHABLE." });
    draft.edit(named("still offline"));
    expect(kind(draft)).toBe("retrying");
    await timers.go(1_000);
    expect(new EditsKeeper(memory, "flow_1", "p2").left()?.definition.name).toBe("still offline");
    server.fail = null;
    await timers.go(20_000);
    await timers.go(600);
    expect([server.saves, kind(draft), memory.kept.size]).toEqual([["offline", "still offline"], "saved", 0]);
  });

  test("whose answer got lost is no conflict, whatever was typed since", async () => {
    const draft = open();
    server.losesAnswers = true;
    draft.edit(named("arrived"));
    await timers.go(600);
    draft.edit(named("and more"));
    server.losesAnswers = false;
    await timers.go(1_000);
    await timers.go(600);
    expect([kind(draft), server.saves, server.draft.name]).toEqual(["saved", ["arrived", "and more"], "and more"]);
  });

  test("whose answer got lost is a conflict where somebody else saved since", async () => {
    const draft = open();
    server.losesAnswers = true;
    draft.edit(named("arrived"));
    await timers.go(600);
    draft.edit(named("and more"));
    server.losesAnswers = false;
    server.write({ ...start, name: "theirs" });
    await timers.go(1_000);
    expect([kind(draft), server.draft.name, draft.view().definition.name]).toEqual(["conflict", "theirs", "and more"]);
    draft.keepMine();
    await settle();
    expect([kind(draft), server.draft.name]).toEqual(["saved", "and more"]);
  });

  test("that the server refuses says why, and the next edit is tried", async () => {
    const draft = open();
    server.fail = error(422, "FLOW_INVALID");
    draft.edit(named("wrong"));
    await timers.go(600);
    expect(draft.view().save).toMatchObject({ kind: "refused", message: "It said FLOW_INVALID." });
    await timers.go(60_000);
    expect(kind(draft)).toBe("refused");
    server.fail = null;
    draft.edit(named("right"));
    await timers.go(600);
    expect([kind(draft), server.saves]).toEqual(["saved", ["right"]]);
  });

  test("that somebody else changed is not saved over unless a person says so", async () => {
    const draft = open();
    server.write(named("theirs")(start));
    draft.edit(named("mine"));
    await timers.go(600);
    expect(kind(draft)).toBe("conflict");
    draft.edit(named("mine again"));
    await timers.go(60_000);
    expect([kind(draft), server.draft.name]).toEqual(["conflict", "theirs"]);
    draft.keepMine();
    await settle();
    expect([kind(draft), server.draft.name]).toEqual(["saved", "mine again"]);
    draft.edit(named("and on"));
    await timers.go(600);
    expect(server.draft.name).toBe("and on");
  });

  test("can be given up for somebody else's, and that undone", async () => {
    const draft = open();
    server.write(named("theirs")(start));
    draft.edit(named("mine"));
    await timers.go(600);
    draft.takeTheirs(server.detail);
    expect([kind(draft), draft.view().definition.name, memory.kept.size]).toEqual(["saved", "theirs", 0]);
    draft.undo();
    await timers.go(600);
    expect([kind(draft), server.draft.name]).toEqual(["saved", "mine"]);
  });

  test("takes over what the server has by now, but never an old answer, and nothing while edits wait", async () => {
    const draft = open();
    const old = server.detail;
    draft.edit(named("mine"));
    draft.adopt(server.write(named("theirs")(start)));
    expect(draft.view().definition.name).toBe("mine");
    draft.takeTheirs(server.detail);
    draft.edit(named("newer"));
    await timers.go(600);
    draft.adopt(old);
    expect(draft.view().definition.name).toBe("newer");
    draft.adopt(server.write(named("repaired")(start)));
    expect([draft.view().definition.name, kind(draft)]).toEqual(["repaired", "saved"]);
  });

  test("is saved at once where it is asked for, and says how it went", async () => {
    const draft = open();
    draft.edit(named("now"));
    expect(await draft.flush()).toEqual({ kind: "saved" });
    expect(server.saves).toEqual(["now"]);
    server.fail = error(503, "STORE_UNAVAILABLE");
    draft.edit(named("later"));
    expect((await draft.flush()).kind).toBe("retrying");
    expect(await open("p2").flush()).toEqual({ kind: "saved" });
  });
});

describe("edits that were never saved", () => {
  const left = async () => {
    const draft = open();
    server.fail = error(0, "UNREACHABLE");
    draft.edit(named("unsaved"));
    draft.keepNow();
    server.fail = null;
    timers = new Timers(); // the page is closed
  };

  test("are offered at the next visit, and taken up or discarded", async () => {
    await left();
    const next = open("p2");
    expect([next.view().definition.name, next.view().offered?.definition.name]).toEqual(["F", "unsaved"]);
    next.takeUp();
    await timers.go(600);
    expect([server.draft.name, next.view().offered, memory.kept.size]).toEqual(["unsaved", null, 0]);
    next.undo();
    expect(next.view().definition.name).toBe("F");
  });

  test("are sent once more when the page is left, and not for ever", async () => {
    const draft = open();
    server.fail = error(0, "UNREACHABLE");
    draft.edit(named("unsaved"));
    draft.close();
    await settle();
    server.fail = null;
    const next = open("p2");
    await timers.go(60_000);
    expect([server.saves, next.view().offered?.definition.name]).toEqual([[], "unsaved"]);
    const quick = open("p3");
    quick.edit(named("in time"));
    quick.close();
    await settle();
    expect(server.saves).toEqual(["in time"]);
  });

  test("are gone once discarded", async () => {
    await left();
    const next = open("p2");
    next.discardOffered();
    expect([next.view().offered, memory.kept.size, open("p3").view().offered]).toEqual([null, 0, null]);
  });

  test("of two pages are both offered, the newest first, and no page writes over what another keeps", async () => {
    server.fail = error(0, "UNREACHABLE");
    for (const name of ["first", "second"]) {
      const page = open(name);
      page.edit(named(name));
      timers.now += 10;
      page.close();
      await settle();
    }
    server.fail = null;
    const next = open("p3");
    expect(next.view().offered?.definition.name).toBe("second");
    next.edit(named("something else"));
    await timers.go(600);
    expect([server.draft.name, open("p4").view().offered?.definition.name]).toEqual(["something else", "second"]);
    next.discardOffered();
    expect(next.view().offered?.definition.name).toBe("first");
    next.takeUp();
    await timers.go(600);
    expect([server.draft.name, next.view().offered, memory.kept.size]).toEqual(["first", null, 0]);
  });

  test("say which revision they are of, and which is there now", async () => {
    server.fail = error(0, "UNREACHABLE");
    const page = open();
    page.edit(named("mine"));
    page.close();
    await settle();
    server.fail = null;
    server.write({ ...start, name: "theirs" });
    const { offered, revision } = open("p2").view();
    expect([offered?.revision, revision]).toEqual([1, 2]);
  });

  test("are not offered where the draft is like that already", async () => {
    await left();
    server.write(named("unsaved")(start));
    expect(open("p2").view().offered).toBeNull();
    expect(memory.kept.size).toBe(0);
  });

  test("are kept although the browser has no room, and strange things there do no harm", () => {
    memory.setItem = () => {
      throw new Error("QuotaExceededError");
    };
    const draft = open();
    draft.edit(named("x"));
    expect(() => draft.keepNow()).not.toThrow();
    memory.kept.set("millrace.unsaved.flow_1", "{");
    expect(open("p2").view().offered).toBeNull();
  });
});

test("a step that an undo takes away is not selected any more", () => {
  const draft = open();
  draft.edit((definition) => setAt(definition, ["steps", 0], { id: "w", wait: "1h" }), { select: ["steps", 0] });
  expect(draft.view().selected).toEqual(["steps", 0]);
  draft.undo();
  expect([draft.view().selected, draft.view().canUndo, draft.view().canRedo]).toEqual([null, false, true]);
  draft.redo();
  expect(draft.view().definition.steps).toHaveLength(1);
});

describe("each undo takes back a change that shows", () => {
  const note = { id: "n", app: "highlevel", operation: "contacts.create_note", input: { body: "Hello" } };
  const begun = () => {
    const draft = open();
    draft.edit((definition) => setAt(definition, ["steps"], [note, { id: "w", wait: "1h" }]));
    return draft;
  };
  const body = (text: string | undefined) => (definition: FlowDefinition) => setAt(definition, ["steps", 0, "input", "body"], text);
  const bodyOf = (draft: ReturnType<typeof open>) =>
    (stepAt(draft.view().definition, ["steps", 0]) as unknown as typeof note | undefined)?.input.body;

  test("an edit that changes nothing visible is saved, and is no step of the history", async () => {
    const draft = begun();
    draft.edit(body("Hello"));
    draft.edit((definition) => setAt(definition, ["steps", 0, "title"], ""));
    await timers.go(600);
    expect(server.draft.steps[0]).toMatchObject({ title: "" });
    draft.undo();
    expect(draft.view()).toMatchObject({ canUndo: false, definition: { steps: [] } });
  });

  test("what is typed and taken away again at once is none either", () => {
    const draft = begun();
    draft.edit(body("Hello!"), { key: "body" });
    draft.edit(body("Hello"), { key: "body" });
    draft.undo();
    expect(draft.view().definition.steps).toEqual([]);
  });

  test("a change in another step opens that step", () => {
    const draft = begun();
    draft.select(["steps", 0]);
    draft.edit(body("Hello all"));
    draft.select(["steps", 1]);
    draft.edit((definition) => setAt(definition, ["steps", 1, "title"], "")); // shows nowhere, so it opens nothing either
    draft.undo();
    expect([bodyOf(draft), draft.view().selected]).toEqual(["Hello", ["steps", 0]]);
    draft.select(["steps", 1]);
    draft.redo();
    expect([bodyOf(draft), draft.view().selected]).toEqual(["Hello all", ["steps", 0]]);
  });

  test("a step that was added is closed, and one that was moved is where it was", () => {
    const draft = begun();
    draft.edit((definition) => setAt(definition, ["steps"], [{ id: "new", wait: "1d" }, ...definition.steps]), { select: ["steps", 0] });
    draft.undo();
    expect(draft.view().selected).toBeNull();
    draft.edit((definition) => setAt(definition, ["steps"], definition.steps.toReversed()), { select: ["steps", 1] });
    draft.undo();
    expect(draft.view().selected).toEqual(["steps", 0]);
  });
});
