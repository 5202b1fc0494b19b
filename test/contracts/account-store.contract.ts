import { describe, expect, it } from "vitest";
import type { Account, AccountStore, Invitation, Member } from "#storage/account-store.ts";

export const sampleAccount = (id: string, more: Partial<Account> = {}): Account => ({
  id,
  email: `${id}@Example.com`,
  name: `Name of ${id}`,
  passwordHash: `hash of ${id}`,
  totpJwe: null,
  totpStep: null,
  createdAt: Date.UTC(2026, 0, 1),
  ...more,
});

export const sampleMember = (accountId: string, more: Partial<Member> = {}): Member => ({
  workspaceId: "ws_1",
  accountId,
  role: "owner",
  locationId: null,
  createdAt: 1,
  ...more,
});

export const sampleInvitation = (id: string, more: Partial<Invitation> = {}): Invitation => ({
  id,
  workspaceId: "ws_1",
  email: `${id}@example.com`,
  role: "viewer",
  locationId: null,
  hash: `hash of ${id}`,
  invitedBy: "account:ann",
  createdAt: 1,
  expiresAt: 100,
  ...more,
});

/** Accounts, members and invitations: every store keeps them the same way. */
export function accountStoreContract(name: string, open: () => Promise<AccountStore>): void {
  describe(`account store: ${name}`, () => {
    it("makes the first owner of a workspace, and no second one in that way", async () => {
      const store = await open();
      expect(await store.addOwner(sampleAccount("ann"), sampleMember("ann"))).toBe(true);
      expect(await store.addOwner(sampleAccount("bob"), sampleMember("bob"))).toBe(false);
      expect(await store.all()).toEqual({ accounts: [sampleAccount("ann")], members: [sampleMember("ann")], allowed: [] });
    });

    it("gives one address to one account, however it is written", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      const same = sampleAccount("ann2", { email: "ANN@example.COM" });
      expect(await store.addOwner(same, sampleMember("ann2", { workspaceId: "ws_2" }))).toBe(false);
      expect((await store.all()).members).toHaveLength(1);
    });

    it("an invitation is accepted once, by a new account, and in time", async () => {
      const store = await open();
      await store.invite(sampleInvitation("bob", { role: "client", locationId: "loc_1" }));
      expect(await store.accept("hash of bob", 100, { account: sampleAccount("bob") })).toBeNull();
      const member = sampleMember("bob", { role: "client", locationId: "loc_1", createdAt: 99 });
      expect(await store.accept("hash of bob", 99, { account: sampleAccount("bob") })).toEqual(member);
      expect(await store.accept("hash of bob", 99, { account: sampleAccount("bob3") })).toBeNull();
      expect(await store.all()).toEqual({ accounts: [sampleAccount("bob")], members: [member], allowed: [] });
      expect(await store.invitations("ws_1")).toEqual([]);
    });

    it("an invitation that makes no account, since the address is taken, stays open", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.invite(sampleInvitation("x"));
      expect(await store.accept("hash of x", 2, { account: sampleAccount("other", { email: "ann@example.com" }) })).toBeNull();
      expect(await store.invitations("ws_1")).toEqual([sampleInvitation("x")]);
      expect(await store.accept("hash of x", 2, { accountId: "ann" })).toMatchObject({ accountId: "ann" });
    });

    it("a later invitation of an address takes the place of the earlier one, in its workspace alone", async () => {
      const store = await open();
      await store.invite(sampleInvitation("a", { email: "x@example.com" }));
      await store.invite(sampleInvitation("b", { email: "x@example.com", workspaceId: "ws_2" }));
      await store.invite(sampleInvitation("c", { email: "x@example.com" }));
      expect((await store.invitations("ws_1")).map(({ id }) => id)).toEqual(["c"]);
      expect(await store.invitation("hash of a", 1)).toBeNull();
      expect(await store.withdraw("ws_2", "c", "me")).toBe(false);
      expect(await store.withdraw("ws_1", "c", "me")).toBe(true);
      expect(await store.invitation("hash of b", 1)).toMatchObject({ workspaceId: "ws_2" });
    });

    it("the last owner of a workspace can neither go nor become less", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.invite(sampleInvitation("bob"));
      await store.accept("hash of bob", 1, { account: sampleAccount("bob") });
      const viewer = { workspaceId: "ws_1", accountId: "ann", role: "viewer", locationId: null } as const;
      expect([await store.setRole(viewer, "me"), await store.removeMember("ws_1", "ann", "me")]).toEqual(["last owner", "last owner"]);
      expect(await store.setRole({ ...viewer, accountId: "bob", role: "owner" }, "me")).toBeNull();
      expect(await store.removeMember("ws_1", "ann", "me")).toBeNull();
      expect(await store.setRole(viewer, "me")).toBe("no member");
      expect((await store.all()).members.map(({ accountId }) => accountId)).toEqual(["bob"]);
    });

    it("an invitation changes nobody's role: whoever is a member stays what they are", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.invite(sampleInvitation("ann2"));
      expect(await store.accept("hash of ann2", 1, { accountId: "ann" })).toEqual(sampleMember("ann"));
      expect((await store.all()).members).toEqual([sampleMember("ann")]);
    });

    it("an account that starts anew has one way in: the password it is given, or none", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.setTotp("ann", { jwe: "sealed", step: 10, recoveryHashes: ["r1"] }, "me");
      await store.addPasskey({
        id: "p",
        accountId: "ann",
        publicKey: "k",
        counter: 0,
        transports: [],
        name: "Key",
        createdAt: 1,
        usedAt: null,
      });
      await store.linkIdentity({ issuer: "https://id.example", subject: "1", accountId: "ann" });
      await store.addToken({ hash: "h", kind: "reset", accountId: "ann", data: "", expiresAt: 100 }, 1);
      await store.replaceSignIn("ann", null, "me");
      expect((await store.all()).accounts).toEqual([sampleAccount("ann", { passwordHash: null })]);
      expect([await store.useRecoveryCode("ann", "r1"), await store.passkeys("ann")]).toEqual([false, []]);
      expect(await store.accountOfIdentity("https://id.example", "1")).toBeNull();
      expect(await store.useToken("reset", "h", 1)).toBeNull();
    });

    it("a step of the second factor counts once, and no earlier one after it", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.setTotp("ann", { jwe: "sealed", step: 10, recoveryHashes: ["r1", "r2"] }, "me");
      expect([await store.useTotpStep("ann", 10), await store.useTotpStep("ann", 11), await store.useTotpStep("ann", 11)]).toEqual([
        false,
        true,
        false,
      ]);
      expect([await store.useRecoveryCode("ann", "r1"), await store.useRecoveryCode("ann", "r1")]).toEqual([true, false]);
      await store.reseal("ann", "another", "wrong");
      await store.reseal("ann", "sealed", "sealed again");
      expect((await store.all()).accounts[0]).toMatchObject({ totpJwe: "sealed again", totpStep: 11 });
      await store.setTotp("ann", null, "me");
      expect((await store.all()).accounts[0]).toMatchObject({ totpJwe: null, totpStep: null });
      expect(await store.useRecoveryCode("ann", "r2")).toBe(false);
    });

    it("a token works once, for what it was made for, and until it is over", async () => {
      const store = await open();
      const token = { hash: "h", kind: "reset", accountId: "ann", data: "", expiresAt: 100 } as const;
      await store.addToken(token, 1);
      expect(await store.useToken("passkey", "h", 1)).toBeNull();
      expect(await store.useToken("reset", "h", 1)).toEqual(token);
      expect(await store.useToken("reset", "h", 1)).toBeNull();
      await store.addToken(token, 1);
      expect(await store.useToken("reset", "h", 100)).toBeNull();
    });

    it("passkeys come back as they were given, note their use, and are removed by their own account alone", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      const passkey = {
        id: "p",
        accountId: "ann",
        publicKey: "k",
        counter: 0,
        transports: ["usb"],
        name: "Key",
        createdAt: 1,
        usedAt: null,
      };
      await store.addPasskey(passkey);
      await store.usePasskey("p", 5, 9);
      expect([await store.passkey("p"), await store.passkey("q")]).toEqual([{ ...passkey, counter: 5, usedAt: 9 }, null]);
      expect([await store.removePasskey("bob", "p"), await store.removePasskey("ann", "p")]).toEqual([false, true]);
      expect(await store.passkeys("ann")).toEqual([]);
    });

    it("an identity elsewhere stays with the account it was linked to first", async () => {
      const store = await open();
      await store.linkIdentity({ issuer: "https://id.example", subject: "1", accountId: "ann" });
      await store.linkIdentity({ issuer: "https://id.example", subject: "1", accountId: "bob" });
      expect(await store.accountOfIdentity("https://id.example", "1")).toBe("ann");
      expect(await store.accountOfIdentity("https://other.example", "1")).toBeNull();
    });

    it("a workspace is made with its owner, and renamed", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.addWorkspace({ id: "ws_9", name: "Nine", createdAt: 9 }, sampleMember("ann", { workspaceId: "ws_9" }), "me");
      await store.renameWorkspace("ws_9", "Ninth", "me");
      expect(await store.workspaces()).toContainEqual({ id: "ws_9", name: "Ninth" });
      expect((await store.all()).members.map(({ workspaceId }) => workspaceId).toSorted()).toEqual(["ws_1", "ws_9"]);
    });

    it("the addresses from which a workspace may be used are kept, replaced, and cleared by an empty list", async () => {
      const store = await open();
      await store.addOwner(sampleAccount("ann"), sampleMember("ann"));
      await store.addWorkspace({ id: "ws_9", name: "Nine", createdAt: 9 }, sampleMember("ann", { workspaceId: "ws_9" }), "me");
      const allowed = async () => (await store.all()).allowed;
      await store.setAllowedAddresses("ws_9", ["10.0.0.1"], "me");
      await store.setAllowedAddresses("ws_9", ["203.0.113.0/24", "::1"], "me");
      expect(await allowed()).toEqual([{ workspaceId: "ws_9", addresses: ["203.0.113.0/24", "::1"] }]);
      await store.setAllowedAddresses("ws_9", [], "me");
      expect(await allowed()).toEqual([]);
    });
  });
}
