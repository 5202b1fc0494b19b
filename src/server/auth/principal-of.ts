import { operatorOf, ownerOf, scopesOf, scopesOfKey, type Principal } from "#api/principal.ts";
import { MillraceError } from "#kernel/errors.ts";
import { sessionId } from "#storage/sessions.ts";
import type { Accounts } from "./accounts.ts";
import type { Visitor } from "./sign-in.ts";

export interface PrincipalParts {
  /** Whether a workspace is that of whoever runs Millrace. */
  isOperator: (workspaceId: string) => boolean;
  accounts: Pick<Accounts, "member">;
}

/** What the account, the key or the session without an account may do. Throws NOT_SIGNED_IN where an account has left the workspace. */
export function principalOf(visitor: Visitor, { isOperator, accounts }: PrincipalParts): Principal {
  const { workspaceId, accountId, key } = visitor;
  const isFirst = isOperator(workspaceId);
  if (accountId !== null) {
    const member = accounts.member(workspaceId, accountId);
    if (!member) throw new MillraceError("NOT_SIGNED_IN");
    const { role, locationId } = member;
    return { workspaceId, role, scopes: scopesOf(role, isFirst), by: `account:${accountId}`, accountId, locationId };
  }
  const owner = (isFirst ? operatorOf : ownerOf)(workspaceId, nameOf(visitor));
  if (key?.role == null) return owner;
  return { ...owner, role: key.role, scopes: scopesOfKey(key.role, key.scopes, isFirst) };
}

/** By what somebody without an account goes in the list of changes. The id of a session is the hash of its cookie, of which a part is enough. */
const nameOf = ({ kind, id }: Visitor): string => (kind === "key" ? `key:${id}` : `session:${sessionId(id)}`);
