import { emailKey } from "#kernel/email.ts";
import { MillraceError } from "#kernel/errors.ts";
import { grouped } from "#kernel/grouped.ts";
import { ipRanges } from "#kernel/ip-ranges.ts";
import type { Account, AccountStore, Member } from "#storage/account-store.ts";
import { adviceFor, thisMachine } from "../http/access.ts";

/** Accounts and memberships, cached in memory because every request needs them. */
export interface Accounts {
  get(id: string): Account | undefined;
  all(): Account[];
  byEmail(email: string): Account | undefined;
  /** The membership of an account in a workspace; undefined if it has no access. */
  member(workspaceId: string, accountId: string): Member | undefined;
  membersOf(workspaceId: string): readonly Member[];
  /** The memberships of an account, oldest first. */
  workspacesOf(accountId: string): readonly Member[];
  /** Whether the workspace has members. Once it has, an account is required. */
  hasMembers(workspaceId: string): boolean;
  /** From where a workspace may be used; empty: from anywhere. */
  allowedAddresses(workspaceId: string): readonly string[];
  /** Whether a workspace may be used from an address. From this machine it always may, so that nobody is locked out for good. */
  isOpenTo(workspaceId: string, address: string): boolean;
  /** Throws FORBIDDEN where none of the workspaces may be used from an address. */
  checkOpen(workspaceIds: readonly string[], address: string): void;
  /** Reloads from the store after a change here or in another process. */
  reread(): Promise<void>;
}

/** Reads all accounts and memberships into memory. */
export async function openAccounts(store: Pick<AccountStore, "all">): Promise<Accounts> {
  let rows = await readAll(store);
  const isOpenTo = (workspaceId: string, address: string): boolean => {
    const allowed = rows.allowed.get(workspaceId);
    return allowed === undefined || allowed.ranges.has(address) || thisMachine.has(address);
  };
  return {
    get: (id) => rows.accounts.get(id),
    all: () => [...rows.accounts.values()],
    byEmail: (email) => rows.byEmail.get(emailKey(email)),
    member: (workspaceId, accountId) => rows.byWorkspace.get(workspaceId)?.find((member) => member.accountId === accountId),
    membersOf: (workspaceId) => rows.byWorkspace.get(workspaceId) ?? [],
    workspacesOf: (accountId) => rows.members.filter((member) => member.accountId === accountId),
    hasMembers: (workspaceId) => rows.byWorkspace.has(workspaceId),
    allowedAddresses: (workspaceId) => rows.allowed.get(workspaceId)?.addresses ?? [],
    isOpenTo,
    checkOpen(workspaceIds, address) {
      if (workspaceIds.length > 0 && !workspaceIds.some((id) => isOpenTo(id, address))) throw closedTo(address);
    },
    async reread() {
      rows = await readAll(store);
    },
  };
}

const closedTo = (address: string) => new MillraceError("FORBIDDEN", { details: { problem: closedWords(address) } });
const closedWords = (address: string): string => `The workspace may not be used from ${address}. ${adviceFor(address, addIt)}`;
const addIt = "An owner can add the address under People, or on the machine itself by 'millrace people allow-from'";

async function readAll(store: Pick<AccountStore, "all">) {
  const { accounts, members, allowed } = await store.all();
  return {
    accounts: new Map(accounts.map((account) => [account.id, account])),
    byEmail: new Map(accounts.map((account) => [emailKey(account.email), account])),
    members,
    byWorkspace: grouped(members, ({ workspaceId }) => workspaceId),
    allowed: new Map(allowed.map(({ workspaceId, addresses }) => [workspaceId, { addresses, ranges: ipRanges(addresses) }])),
  };
}
