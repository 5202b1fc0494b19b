import { afterEach, describe, expect, it } from "vitest";
import type { CountedMessage } from "#engine/ports/messages.ts";
import { usualMessagePolicy, type MessagePolicy } from "#engine/types/messages.ts";
import type { createChangeStore } from "#storage/changes.ts";
import type { MessageRows } from "#storage/message-store.ts";

interface Opened {
  /** Two processes on the same rows. */
  one: MessageRows;
  other: MessageRows;
  history: ReturnType<typeof createChangeStore>["history"];
  close(): Promise<void>;
}

const today = { from: 1_000, to: 2_000 };
const tomorrow = { from: 2_000, to: 3_000 };
const message = (key: string, more: Partial<CountedMessage> = {}): CountedMessage => ({
  workspaceId: "ws_1",
  key,
  person: "ada",
  channel: "sms",
  at: 1_500,
  day: today,
  cap: { perChannel: 2, inAll: 3 },
  ...more,
});
const strict: MessagePolicy = {
  doNotDisturb: false,
  quietHours: { from: "21:00", to: "08:00", otherwise: "wait" },
  cap: { perChannel: 1, inAll: null },
};

/** Message policies and counted messages: every store keeps them the same way. */
export function messageStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`message store: ${name}`, () => {
    let opened: Opened;
    const opening = async () => (opened = await open());
    afterEach(() => opened.close());

    it("a workspace has the usual policy until it sets one, which others do not see", async () => {
      const { one, other, history } = await opening();
      expect(await one.policy("ws_1")).toEqual(usualMessagePolicy);
      await one.setPolicy("ws_1", strict, "account:ada");
      await one.setPolicy("ws_1", strict, "account:ada");
      expect(await other.policy("ws_1")).toEqual(strict);
      expect(await other.policy("ws_2")).toEqual(usualMessagePolicy);
      const [change, ...more] = await history("ws_1", { limit: 9 });
      expect(change).toMatchObject({ kind: "message_policy", what: "changed", by: "account:ada" });
      expect(change!.fields.map(({ field }) => field)).toEqual(["doNotDisturb", "quietHours", "cap"]);
      expect(more).toEqual([]);
    });

    it("counts as many messages as the cap allows, by channel and in all", async () => {
      const { one, other } = await opening();
      expect(await one.count(message("a"))).toBeNull();
      expect(await other.count(message("b"))).toBeNull();
      expect(await one.count(message("c"))).toBe("perChannel");
      expect(await one.count(message("d", { channel: "email" }))).toBeNull();
      expect(await one.wouldReach(message("e", { channel: "email" }))).toBe("inAll");
      expect(await one.count(message("e", { channel: "email" }))).toBe("inAll");
    });

    it("of many at once, in two processes, no more are counted than the cap allows", async () => {
      const { one, other } = await opening();
      const reached = await Promise.all(
        Array.from({ length: 12 }, (_, i) => (i % 2 === 0 ? one : other).count(message(`k${i}`, { cap: { perChannel: 5, inAll: null } }))),
      );
      expect(reached.filter((limit) => limit === null)).toHaveLength(5);
      const only = { cap: { perChannel: 1, inAll: null } };
      for (let i = 0; i < 40; i++) {
        const person = `person ${i}`;
        const both = [one.count(message(`a${i}`, { ...only, person })), other.count(message(`b${i}`, { ...only, person }))];
        expect((await Promise.all(both)).filter((limit) => limit === null)).toHaveLength(1);
      }
    });

    it("a repeat of a message is counted once, and passes a cap that it has filled itself", async () => {
      const { one, other } = await opening();
      const only = { cap: { perChannel: 1, inAll: 1 } };
      expect(await one.count(message("a", only))).toBeNull();
      expect(await other.count(message("a", { ...only, at: 1_700 }))).toBeNull();
      expect(await one.count(message("b", only))).toBe("perChannel");
    });

    it("people, days and workspaces are counted apart", async () => {
      const { one } = await opening();
      const only = { cap: { perChannel: 1, inAll: null } };
      await one.count(message("a", only));
      expect(await one.count(message("b", { ...only, person: "ben" }))).toBeNull();
      expect(await one.count(message("c", { ...only, at: 2_000, day: tomorrow }))).toBeNull();
      expect(await one.count(message("d", { ...only, workspaceId: "ws_2" }))).toBeNull();
    });

    it("a message that is tried again on another day counts on that day", async () => {
      const { one } = await opening();
      const only = { cap: { perChannel: 1, inAll: null } };
      await one.count(message("a", only));
      await one.count(message("b", { ...only, at: 2_100, day: tomorrow }));
      expect(await one.count(message("a", { ...only, at: 2_200, day: tomorrow }))).toBe("perChannel");
      expect(await one.count(message("c", only))).toBe("perChannel");
    });

    it("one that was certainly not sent does not count", async () => {
      const { one, other } = await opening();
      const only = { cap: { perChannel: 1, inAll: null } };
      await one.count(message("a", only));
      await other.uncount("ws_2", "a");
      expect(await one.count(message("b", only))).toBe("perChannel");
      await other.uncount("ws_1", "a");
      expect(await one.count(message("b", only))).toBeNull();
    });

    it("totals tell what was sent from what was skipped, and a skip fills no cap", async () => {
      const { one } = await opening();
      await one.count(message("a"));
      await one.skipped(message("b"), "cap");
      await one.skipped(message("b"), "cap");
      await one.skipped(message("a"), "doNotDisturb"); // it may have been sent, so it stays counted
      await one.count(message("c", { channel: "email" }));
      expect(await one.totals("ws_1", 1_000)).toEqual([
        { channel: "email", outcome: "sent", messages: 1 },
        { channel: "sms", outcome: "cap", messages: 1 },
        { channel: "sms", outcome: "sent", messages: 1 },
      ]);
      expect(await one.totals("ws_1", 1_501)).toEqual([]);
      expect(await one.totals("ws_2", 0)).toEqual([]);
      expect(await one.count(message("b"))).toBeNull();
    });

    it("old messages are deleted a few at a time", async () => {
      const { one } = await opening();
      for (const key of ["a", "b", "c"]) await one.count(message(key, { cap: null }));
      await one.count(message("d", { cap: null, at: 2_500, day: tomorrow }));
      expect(await one.prune(2_000, 2)).toBe(2);
      expect(await one.prune(2_000, 2)).toBe(1);
      expect(await one.prune(2_000, 2)).toBe(0);
      expect(await one.totals("ws_1", 0)).toEqual([{ channel: "sms", outcome: "sent", messages: 1 }]);
    });
  });
}
