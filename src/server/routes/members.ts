import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Principal } from "#api/principal.ts";
import type { ApiKeyView, MemberView } from "#api/schemas.ts";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { MillraceError, conflict, notFound } from "#kernel/errors.ts";
import type { Account, Invitation, Member } from "#storage/account-store.ts";
import type { ApiKeyRow } from "#storage/api-keys.ts";
import { sessionId } from "#storage/sessions.ts";
import type { AccountService } from "../auth/account-service.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { ApiKeys } from "../auth/api-keys.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { SignIn } from "../auth/sign-in.ts";
import type { WorkspaceService } from "../auth/workspace-service.ts";
import { readAddressList } from "../http/address-list.ts";
import { serve } from "../http/serve.ts";

export interface MemberRouteParts {
  signIn: SignIn;
  accounts: Accounts;
  accountService: AccountService;
  workspaceService: WorkspaceService;
  apiKeys: ApiKeys;
  passkeys: Passkeys;
  sessions: Sessions;
  clock: Clock;
  /** Called when somebody's access ended. */
  onAccessEnded: () => void;
}

/** Who is let in to a workspace, with which role, and the keys of programs. */
export function serveMembers(app: FastifyInstance, parts: MemberRouteParts): void {
  serveAccount(app, parts);
  serveApiKeys(app, parts);
  const { accountService, workspaceService, sessions, signIn, onAccessEnded } = parts;
  serve(app, "members", {
    async list({ principal: { workspaceId } }) {
      const seen = await sessions.lastSeen(workspaceId);
      return {
        members: accountService.members(workspaceId).map(({ account, member }) => memberView(account, member, seen.get(account.id))),
      };
    },
    setRole: ({ principal: { workspaceId, by }, params, body }) => accountService.setRole(workspaceId, params.id, body, by),
    remove: ({ principal: { workspaceId, by }, params }) => accountService.removeMember(workspaceId, params.id, by),
    resetLink: async ({ principal: { workspaceId }, params }) => ({ url: await accountService.resetLink(workspaceId, params.id) }),
  });
  serve(app, "invitations", {
    list: async ({ principal: { workspaceId } }) => ({ invitations: (await accountService.invitations(workspaceId)).map(invitationView) }),
    async create({ principal: { workspaceId, by }, body }) {
      const { invitation, url, isMailed } = await accountService.invite(workspaceId, body, by);
      return { invitation: invitationView(invitation), url, mailed: isMailed };
    },
    withdraw: ({ principal: { workspaceId, by }, params }) => accountService.withdraw(workspaceId, params.id, by),
  });
  serve(app, "workspaces", {
    create: ({ principal, body }) => workspaceService.create(principal, body.name),
    rename: ({ principal, body }) => workspaceService.rename(principal, body.name),
    allowedAddresses: ({ principal, request }) => ({
      addresses: [...workspaceService.allowedAddresses(principal)],
      own: signIn.addressOf(request),
    }),
    async setAllowedAddresses({ principal, body, request }) {
      await workspaceService.setAllowedAddresses(principal, body.addresses, signIn.addressOf(request));
      onAccessEnded();
    },
  });
}

function serveAccount(
  app: FastifyInstance,
  { signIn, accounts, accountService, sessions, passkeys, onAccessEnded }: MemberRouteParts,
): void {
  const own = (principal: Principal): Account => {
    const account = principal.accountId === null ? undefined : accounts.get(principal.accountId);
    if (!account) throw new MillraceError("NO_ACCOUNT");
    return account;
  };
  const current = (request: FastifyRequest) => request.visitor?.id ?? "";
  serve(app, "account", {
    async create({ principal: { workspaceId }, body, request, reply }) {
      if (accounts.hasMembers(workspaceId)) throw conflict("The workspace has an owner already. Ask an owner to invite you");
      const account = await accountService.claim(workspaceId, body);
      if (request.visitor?.kind === "session") await signIn.withAccount(request, reply, account.id, workspaceId);
    },
    change: ({ principal, body }) => accountService.setName(own(principal), body.name),
    password: ({ principal, body, request }) => accountService.changePassword(own(principal), body, current(request)),
    offerSecondFactor: ({ principal }) => accountService.offerSecondFactor(own(principal)),
    turnOnSecondFactor: async ({ principal, body }) => ({ recoveryCodes: await accountService.turnOnSecondFactor(own(principal), body) }),
    turnOffSecondFactor: ({ principal, body }) => accountService.turnOffSecondFactor(own(principal), body),
    sessions: ({ principal, request }) => ({
      sessions: sessions.ofAccount(own(principal).id).map(({ hash, address, browser, createdAt, usedAt }) => ({
        id: sessionId(hash),
        current: hash === current(request),
        address,
        browser,
        createdAt,
        usedAt,
      })),
    }),
    async endSession({ principal, params }) {
      const row = sessions.ofAccount(own(principal).id).find(({ hash }) => sessionId(hash) === params.id);
      if (!row) throw notFound("session", params.id);
      await sessions.end(row.hash).finally(onAccessEnded);
    },
    passkeys: async ({ principal }) => ({
      passkeys: (await passkeys.list(own(principal).id)).map(({ id, name, createdAt, usedAt }) => ({ id, name, createdAt, usedAt })),
    }),
    async offerPasskey({ principal, body }) {
      const account = own(principal);
      await accountService.confirm(account, body.password ?? "");
      return passkeys.offer(account);
    },
    // Its challenge was made for this account, after the password was asked for.
    addPasskey: ({ principal, body }) => passkeys.add(own(principal), body.name, body.response as never),
    async removePasskey({ principal, params }) {
      const was = await passkeys.remove(own(principal).id, params.id);
      if (!was) throw notFound("passkey", params.id);
    },
    endOtherSessions: ({ principal, request }) => sessions.endOfAccount(own(principal).id, current(request)).finally(onAccessEnded),
  });
}

function serveApiKeys(app: FastifyInstance, { apiKeys, clock, onAccessEnded }: MemberRouteParts): void {
  serve(app, "apiKeys", {
    list: ({ principal: { workspaceId } }) => ({ keys: apiKeys.list(workspaceId).map(keyView) }),
    async create({ principal: { workspaceId, by }, body: { expiresInDays, ...bounds } }) {
      const allowedFrom = bounds.allowedFrom && readAddressList("allowedFrom", bounds.allowedFrom);
      const expiresAt = expiresInDays === null ? null : clock.now() + expiresInDays * dayMs;
      const { key, row } = await apiKeys.add(workspaceId, { ...bounds, allowedFrom, expiresAt }, by);
      return { key, view: keyView(row) };
    },
    async remove({ principal: { workspaceId, by }, params }) {
      const was = await apiKeys.remove(workspaceId, params.id, by);
      if (!was) throw notFound("API key", params.id);
      onAccessEnded();
    },
  });
}

const memberView = (account: Account, member: Member, seenAt: number | undefined): MemberView => ({
  id: account.id,
  email: account.email,
  name: account.name,
  role: member.role,
  locationId: member.locationId,
  secondFactor: account.totpJwe !== null,
  createdAt: member.createdAt,
  seenAt: seenAt ?? null,
});

const invitationView = ({ id, email, role, locationId, invitedBy, createdAt, expiresAt }: Invitation) => ({
  id,
  email,
  role,
  locationId,
  invitedBy,
  createdAt,
  expiresAt,
});

const keyView = ({ id, name, prefix, role, scopes, allowedFrom, createdAt, expiresAt, lastUsedAt, madeBy }: ApiKeyRow): ApiKeyView => ({
  id,
  name,
  prefix,
  createdAt,
  expiresAt,
  lastUsedAt,
  madeBy,
  role: role ?? "owner",
  scopes: scopes === null ? null : [...scopes],
  allowedFrom: allowedFrom === null ? null : [...allowedFrom],
});
