import { describe, expect, it } from "vitest";
import type { AgentRow, AgentStore, NewTokens } from "#storage/agent-store.ts";

const agent = (id: string, more: Partial<AgentRow> = {}): AgentRow => ({
  id,
  workspaceId: "ws_1",
  accountId: "acc_1",
  keyId: null,
  clientId: "cli_1",
  name: "Claude",
  permissions: ["read", "draft"],
  createdAt: 10,
  usedAt: null,
  endedAt: null,
  ...more,
});
const code = (hash: string) => ({ hash, expiresAt: 70, challenge: "challenge", redirectUri: "http://127.0.0.1/cb" });
const tokens = (n: number): NewTokens => ({
  access: { hash: `access ${n}`, expiresAt: 100 * n },
  refresh: { hash: `refresh ${n}`, expiresAt: 1_000 * n },
});
const accept = () => true;
const client = (id: string, createdAt: number) => ({ id, name: "Claude", redirectUris: ["http://127.0.0.1/cb"], createdAt });
const dayMs = 86_400_000;

/** Agents, their codes and tokens: every store keeps them the same way. */
export function agentStoreContract(name: string, open: () => Promise<AgentStore>): void {
  describe(`store of agents: ${name}`, () => {
    const withAgent = async () => {
      const store = await open();
      await store.add(agent("agt_1"), code("code 1"), "account:acc_1", 9);
      return store;
    };

    it("gives tokens for a code, and knows the agent by its access token until that is over", async () => {
      const store = await withAgent();
      expect(await store.redeemCode("code 1", 20, accept, tokens(1))).toEqual({ agent: agent("agt_1") });
      expect(await store.byAccessToken("access 1", 99)).toEqual(agent("agt_1"));
      expect(await store.byAccessToken("access 1", 100)).toBeNull();
      expect(await store.byAccessToken("refresh 1", 20)).toBeNull();
      expect(await store.byToken("refresh 1")).toEqual(agent("agt_1"));
    });

    it("shows what the code was made for, and uses it up even where that is refused", async () => {
      const store = await withAgent();
      const seen: unknown[] = [];
      const refuse = (...shown: unknown[]) => seen.push(...shown) === 0;
      expect(await store.redeemCode("code 1", 20, refuse, tokens(1))).toBe("unknown");
      expect(seen).toEqual([code("code 1"), agent("agt_1")]);
      expect(await store.redeemCode("code 1", 20, accept, tokens(1))).toBe("reused");
    });

    it("gives nothing for a code that is over or that nobody made, and for a token of another kind", async () => {
      const store = await withAgent();
      expect(await store.redeemCode("code 2", 20, accept, tokens(1))).toBe("unknown");
      expect(await store.refresh("code 1", 20, accept, tokens(1))).toBe("unknown");
      expect(await store.redeemCode("code 1", 70, accept, tokens(1))).toBe("unknown");
    });

    it("ends the agent where a refresh token comes twice, also at the same moment", async () => {
      const store = await withAgent();
      await store.redeemCode("code 1", 20, accept, tokens(1));
      const both = await Promise.all([
        store.refresh("refresh 1", 30, accept, tokens(2)),
        store.refresh("refresh 1", 30, accept, tokens(3)),
      ]);
      expect(both.filter((one) => one === "reused")).toHaveLength(1);
      for (const n of [1, 2, 3]) expect(await store.byAccessToken(`access ${n}`, 30)).toBeNull();
      expect(await store.list("ws_1", 30)).toEqual([]);
    });

    it("puts a new access token in place of the old one", async () => {
      const store = await withAgent();
      await store.redeemCode("code 1", 20, accept, tokens(1));
      await store.refresh("refresh 1", 30, accept, tokens(2));
      expect(await store.byAccessToken("access 1", 30)).toBeNull();
      expect(await store.byAccessToken("access 2", 30)).toEqual(agent("agt_1"));
    });

    it("lists those that can still sign in, of their workspace, and keeps the names of all", async () => {
      const store = await withAgent();
      await store.add(agent("agt_2", { accountId: "acc_2" }), code("code 2"), "account:acc_2", 9);
      await store.add(agent("agt_3", { workspaceId: "ws_2" }), code("code 3"), "account:acc_1", 9);
      await store.redeemCode("code 1", 20, accept, tokens(1));
      expect((await store.list("ws_1", 69)).map(({ id }) => id)).toEqual(["agt_2", "agt_1"]);
      expect((await store.list("ws_1", 70)).map(({ id }) => id)).toEqual(["agt_1"]);
      expect(await store.end("ws_2", "agt_1", 30)).toBe(false);
      expect(await store.end("ws_1", "agt_1", 30)).toBe(true);
      expect(await store.end("ws_1", "agt_1", 31)).toBe(false);
      expect((await store.named("ws_1", ["agt_1", "agt_3"])).map(({ id, endedAt }) => [id, endedAt])).toEqual([["agt_1", 30]]);
      expect(await store.byAccessToken("access 1", 31)).toBeNull();
    });

    it("ends all of an account, in every workspace", async () => {
      const store = await withAgent();
      await store.add(agent("agt_2", { accountId: "acc_2" }), code("code 2"), "account:acc_2", 9);
      await store.add(agent("agt_3", { workspaceId: "ws_2" }), code("code 3"), "account:acc_1", 9);
      await store.endOfAccount("acc_1", 30);
      expect([...(await store.list("ws_1", 31)), ...(await store.list("ws_2", 31))].map(({ id }) => id)).toEqual(["agt_2"]);
    });

    it("takes no more agents than a workspace may have", async () => {
      const store = await withAgent();
      expect(await store.add(agent("agt_2"), code("code 2"), "account:acc_1", 1)).toBe(false);
      expect(await store.add(agent("agt_3", { createdAt: 70 }), code("code 3"), "account:acc_1", 1)).toBe(true); // the first one's code is over
    });

    it("forgets a client that nobody allowed within a day, and keeps one that somebody did", async () => {
      const store = await open();
      await store.addClient(client("cli_1", 0));
      await store.addClient(client("cli_2", 0));
      expect(await store.client("cli_1")).toEqual(client("cli_1", 0));
      await store.add(agent("agt_1"), code("code 1"), "account:acc_1", 9);
      await store.addClient(client("cli_3", dayMs));
      expect([await store.client("cli_1"), await store.client("cli_2"), await store.client("cli_3")].map((one) => one?.id)).toEqual([
        "cli_1",
        undefined,
        "cli_3",
      ]);
    });

    it("keeps a thousand clients that nobody allowed, the newest", async () => {
      const store = await open();
      for (let n = 0; n <= 1_000; n++) await store.addClient(client(`cli_${n}`, n));
      expect([await store.client("cli_0"), (await store.client("cli_1"))?.id]).toEqual([null, "cli_1"]);
    });

    it("notes that one was used", async () => {
      const store = await withAgent();
      await store.touch("agt_1", 40);
      expect((await store.list("ws_1", 41))[0]!.usedAt).toBe(40);
    });
  });
}
