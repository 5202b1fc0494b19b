import { expect, test } from "vitest";
import { TestClock } from "#kernel/clock.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { ReconnectLink } from "#vault/types.ts";
import { builtIn } from "#test/support/built-in.ts";
import { hashOf } from "../auth/secret-hash.ts";
import { ReconnectLinks } from "./reconnect-links.ts";

test("a login that the store did not take can be saved by sending the same answer again, as soon as the store is back", async () => {
  let isStoreDown = true;
  const inStore = async <T>(work: () => T): Promise<T> => {
    if (isStoreDown) throw new MillraceError("STORE_UNAVAILABLE", { details: { problem: "the disk is full" } });
    return work();
  };
  const link: ReconnectLink = {
    id: hashOf("t"),
    workspaceId: "ws",
    connectionId: "c",
    by: "me",
    createdAt: 0,
    expiresAt: 1e15,
    usedAt: null,
  };
  const parts = {
    links: {
      get: async () => ({ ...link }),
      async use() {
        link.usedAt = 1;
        return true;
      },
      reopen: () => inStore(() => void (link.usedAt = null)),
    },
    vault: { find: async () => ({ id: "c", workspaceId: "ws", app: "highlevel", auth: "oauth2", title: "Acme" }) },
    consents: {
      finish: () =>
        inStore(() => ({ status: "connected" })).catch((cause: unknown) => {
          throw new MillraceError("CONSENT_NOT_SAVED", { cause, details: { app: "HighLevel", problem: "disk of Flow 'Secret'" } });
        }),
    },
    catalog: builtIn,
    clock: new TestClock(),
  };
  const links = new ReconnectLinks(parts as unknown as ConstructorParameters<typeof ReconnectLinks>[0]);
  const finish = () => links.finish("t", "10.0.0.1", { state: "s", code: "c" });
  const failed = await finish().catch((error: unknown) => error);
  expect(failed).toMatchObject({ code: "CONSENT_NOT_SAVED", message: expect.not.stringContaining("Secret") });
  isStoreDown = false;
  expect(await finish()).toEqual({ works: true, returnTo: null });
});
