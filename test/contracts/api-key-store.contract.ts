import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { ApiKeyRow, ApiKeyStore } from "#storage/api-keys.ts";

interface Opened {
  keys: ApiKeyStore;
  close(): Promise<void>;
}

export const sampleKey = (id: string, workspaceId = "ws_1"): ApiKeyRow => ({
  id,
  workspaceId,
  name: "API key",
  prefix: `mr_${id}`,
  hash: `hash of ${id}`,
  createdAt: 1,
  lastUsedAt: null,
  role: null,
  scopes: null,
  allowedFrom: null,
  expiresAt: null,
  madeBy: null,
});

/** API keys: every store keeps them the same way. */
export function apiKeyStoreContract(name: string, open: () => Promise<Opened>): void {
  describe(`API key store: ${name}`, () => {
    let opened: Opened;
    let keys: ApiKeyStore;
    beforeEach(async () => {
      opened = await open();
      ({ keys } = opened);
    });
    afterEach(() => opened.close());

    it("a store without a key has none, and a key comes back as it was given", async () => {
      expect(await keys.all()).toEqual([]);
      await keys.replace(sampleKey("a"));
      expect(await keys.all()).toEqual([sampleKey("a")]);
    });

    it("a new key ends the one before it, in its own workspace alone", async () => {
      await keys.replace(sampleKey("a"));
      await keys.replace(sampleKey("b", "ws_2"));
      await keys.replace(sampleKey("c"));
      expect(await keys.all()).toEqual([sampleKey("b", "ws_2"), sampleKey("c")]);
    });

    it("further keys stay beside the workspace's own, whole, and are removed one by one", async () => {
      const further = {
        ...sampleKey("b"),
        role: "viewer" as const,
        scopes: ["runs:read"],
        allowedFrom: ["10.0.0.0/8"],
        expiresAt: 9,
        madeBy: "me",
      };
      await keys.replace(sampleKey("a"));
      await keys.add(further, "me");
      await keys.replace(sampleKey("c"));
      await keys.touch("b", 7);
      expect(await keys.all()).toEqual([{ ...further, lastUsedAt: 7 }, sampleKey("c")]);
      expect([await keys.remove("ws_2", "b", "me"), await keys.remove("ws_1", "c", "me")]).toEqual([false, false]);
      expect([await keys.remove("ws_1", "b", "me"), await keys.remove("ws_1", "b", "me")]).toEqual([true, false]);
      expect(await keys.all()).toEqual([sampleKey("c")]);
    });

    it("where the new key cannot be kept, the one before it goes on working", async () => {
      await keys.replace(sampleKey("a"));
      await keys.replace(sampleKey("b", "ws_2"));
      await expect(keys.replace({ ...sampleKey("c"), hash: sampleKey("b").hash })).rejects.toThrow();
      expect(await keys.all()).toEqual([sampleKey("a"), sampleKey("b", "ws_2")]);
    });
  });
}
