import { expect, test } from "vitest";
import { MillraceError } from "#kernel/errors.ts";
import type { Connection } from "#vault/types.ts";
import type { Vault } from "#vault/vault.ts";
import { addNamed } from "./add-named.ts";

const login = { title: "Acme", app: "highlevel", auth: "oauth2" as const, secret: {} };

function vaultWith(names: Set<string>, connect: (name: string) => void): Pick<Vault, "find" | "connect"> {
  return {
    find: async (_, name) => (names.has(name) ? ({ name } as Connection) : null),
    async connect(_, { name }) {
      connect(name);
      return { name } as Connection;
    },
  };
}

test("a name that somebody takes at the same moment gives way to the next", async () => {
  const names = new Set(["acme"]);
  const vault = vaultWith(names, (name) => {
    if (name !== "acme-2") return;
    names.add(name);
    throw new MillraceError("CONFLICT", { details: { problem: "There is one already" } });
  });
  expect(await addNamed(vault, "ws", login, "key:a")).toEqual({ name: "acme-3" });
});

test.each(["CONFLICT", "STORE_UNAVAILABLE"] as const)("%s for another reason than the name is thrown", async (code) => {
  const vault = vaultWith(new Set(), () => {
    throw new MillraceError(code, { details: { problem: "another" } });
  });
  await expect(addNamed(vault, "ws", login, "key:a")).rejects.toMatchObject({ code });
});
