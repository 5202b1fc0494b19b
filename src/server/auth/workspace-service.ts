import { scopesOf, type Principal, type Scope } from "#api/principal.ts";
import type { Clock } from "#kernel/clock.ts";
import { MillraceError, badInput, notFound } from "#kernel/errors.ts";
import { newId } from "#kernel/ids.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import type { AccountStore } from "#storage/account-store.ts";
import { behindUnnamedProxy, nameTheProxy } from "../http/access.ts";
import { readAddressList } from "../http/address-list.ts";
import type { Accounts } from "./accounts.ts";

interface WorkspaceServiceParts {
  store: Pick<AccountStore, "workspaces" | "addWorkspace" | "renameWorkspace" | "setAllowedAddresses">;
  accounts: Accounts;
  clock: Clock;
}

/** Workspaces: access to them, creation, name and allowed addresses. */
export class WorkspaceService {
  readonly #parts: WorkspaceServiceParts;

  constructor(parts: WorkspaceServiceParts) {
    this.#parts = parts;
  }

  /** The workspaces that the caller has access to, with their names. */
  async workspacesOf(principal: Principal): Promise<{ id: string; name: string }[]> {
    const all = await this.#parts.store.workspaces();
    return all.filter(({ id }) => id === principal.workspaceId || this.#hasAccess(principal, id));
  }

  /** Throws NOT_FOUND for a workspace the caller has no access to, as for one that does not exist. */
  checkAccess(principal: Principal, workspaceId: string): void {
    if (!this.#hasAccess(principal, workspaceId)) throw notFound("workspace", workspaceId);
  }

  /**
   * Throws NOT_FOUND where the caller's account may not do this in a workspace, and for one that does not exist. `address`: where the caller
   * is; a workspace that is open to some addresses only is not open from here otherwise.
   */
  checkMay(principal: Principal, workspaceId: string, scope: Scope, address: string): void {
    this.checkAccess(principal, workspaceId);
    const member = this.#parts.accounts.member(workspaceId, principal.accountId!)!;
    const allowed = this.#parts.accounts.allowedAddresses(workspaceId);
    const isHere = allowed.length === 0 || ipRanges(["loopback", ...allowed]).has(address);
    if (!isHere || !scopesOf(member.role, false).has(scope)) throw notFound("workspace", workspaceId);
  }

  /** Creates a workspace that the caller owns. Throws OWNER_FIRST or NO_ACCOUNT for somebody without an account. */
  async create({ workspaceId, accountId, by }: Principal, name: string): Promise<{ id: string; name: string }> {
    const { store, accounts, clock } = this.#parts;
    if (accountId === null) throw new MillraceError(accounts.hasMembers(workspaceId) ? "NO_ACCOUNT" : "OWNER_FIRST");
    const now = clock.now();
    const id = newId("ws", now);
    await store.addWorkspace(
      { id, name, createdAt: now },
      { workspaceId: id, accountId, role: "owner", locationId: null, createdAt: now },
      by,
    );
    await accounts.reread();
    return { id, name };
  }

  async rename({ workspaceId, by }: Principal, name: string): Promise<{ id: string; name: string }> {
    await this.#parts.store.renameWorkspace(workspaceId, name, by);
    return { id: workspaceId, name };
  }

  allowedAddresses = ({ workspaceId }: Principal): readonly string[] => this.#parts.accounts.allowedAddresses(workspaceId);

  /** `own`: the address of whoever asks, which must not be locked out. Throws BAD_INPUT. */
  async setAllowedAddresses({ workspaceId, by }: Principal, entries: readonly string[], own: string): Promise<void> {
    const { store, accounts } = this.#parts;
    const addresses = readAddressList("addresses", entries);
    if (addresses.length > 0 && own === behindUnnamedProxy)
      throw badInput("addresses", `would keep nobody in: you come through a proxy that Millrace does not know. ${nameTheProxy}`);
    const isInside = addresses.length === 0 || ipRanges(["loopback", ...addresses]).has(own);
    if (!isInside) throw badInput("addresses", `would lock you out: you come from ${own}. Add that address, or a range around it`);
    await store.setAllowedAddresses(workspaceId, addresses, by);
    await accounts.reread();
  }

  #hasAccess = ({ accountId }: Principal, wanted: string): boolean =>
    accountId !== null && this.#parts.accounts.member(wanted, accountId) !== undefined;
}
