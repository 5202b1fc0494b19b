import { describe, expect, it } from "vitest";
import type { ConsentStore, OpenConsent } from "#vault/types.ts";

const consent = (id: string, more: Partial<OpenConsent> = {}): OpenConsent => ({
  id,
  workspaceId: "ws_1",
  by: "session:a",
  connectionId: null,
  login: { name: "acme", app: "highlevel", auth: "oauth2", settings: { zone: "UTC" } },
  redirectUri: "https://mill.example.com/oauth/callback",
  jwe: "sealed",
  expiresAt: 1000,
  ...more,
});

/** Logins that somebody is allowing at an app: every store keeps them the same way. */
export function consentStoreContract(name: string, open: () => Promise<ConsentStore>): void {
  describe(`consent store: ${name}`, () => {
    it("one is used once, and comes back as it was", async () => {
      const store = await open();
      await store.add(consent("a", { connectionId: "con_1" }), 0);
      const used = await Promise.all([store.use("ws_1", "session:a", "a"), store.use("ws_1", "session:a", "a")]);
      expect(used.filter((each) => each !== null)).toEqual([consent("a", { connectionId: "con_1" })]);
      expect([await store.use("ws_1", "session:a", "a"), await store.use("ws_1", "session:a", "b")]).toEqual([null, null]);
    });

    it("only whoever began uses it up", async () => {
      const store = await open();
      await store.add(consent("a"), 0);
      expect([await store.use("ws_1", "session:b", "a"), await store.use("ws_2", "session:a", "a")]).toEqual([null, null]);
      expect((await store.use("ws_1", "session:a", "a"))?.id).toBe("a");
    });

    it("those that are over go when the next one begins", async () => {
      const store = await open();
      await store.add(consent("old", { expiresAt: 10 }), 0);
      await store.add(consent("new", { expiresAt: 20 }), 10);
      expect([await store.use("ws_1", "session:a", "old"), (await store.use("ws_1", "session:a", "new"))?.id]).toEqual([null, "new"]);
    });

    it("a workspace that begins without end keeps its newest fifty, and takes nothing from another", async () => {
      const store = await open();
      await store.add(consent("other", { workspaceId: "ws_2", expiresAt: 1 }), 0);
      for (let i = 0; i < 51; i++) await store.add(consent(`c${i}`, { expiresAt: 100 + i }), 0);
      const used = await Promise.all(["c0", "c1", "c50", "other"].map((id) => store.use("ws_1", "session:a", id)));
      expect(used.map((each) => each?.id)).toEqual([undefined, "c1", "c50", undefined]);
      expect((await store.use("ws_2", "session:a", "other"))?.id).toBe("other");
    });
  });
}
