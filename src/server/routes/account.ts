import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Principal } from "#api/principal.ts";
import { MillraceError, notFound } from "#kernel/errors.ts";
import type { Account } from "#storage/account-store.ts";
import { sessionId } from "#storage/sessions.ts";
import type { AccountService } from "../auth/account-service.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { SignIn } from "../auth/sign-in.ts";
import { serve } from "../http/serve.ts";

export interface AccountRouteParts {
  signIn: SignIn;
  accounts: Accounts;
  accountService: AccountService;
  passkeys: Passkeys;
  sessions: Sessions;
  /** Called after anyone's access changed: closes the event streams they may no longer read. */
  onAccessChanged: () => void;
}

/** Your own account: name, password, second factor, passkeys and sessions. */
export function serveAccount(
  app: FastifyInstance,
  { signIn, accounts, accountService, sessions, passkeys, onAccessChanged }: AccountRouteParts,
): void {
  const own = (principal: Principal): Account => {
    const account = principal.accountId === null ? undefined : accounts.get(principal.accountId);
    if (!account) throw new MillraceError("NO_ACCOUNT");
    return account;
  };
  const current = (request: FastifyRequest) => request.visitor?.id ?? "";
  serve(app, "account", {
    async create({ principal: { workspaceId }, body, request, reply }) {
      const account = await accountService.createOwner(workspaceId, body);
      if (request.visitor?.kind === "session") await signIn.startSession(request, reply, account.id, workspaceId);
    },
    change: ({ principal, body }) => accountService.setName(own(principal), body.name),
    async password({ principal, body, request, reply }) {
      const account = own(principal);
      await accountService.changePassword(account, body, current(request));
      if (request.visitor?.kind === "session") await signIn.remember(request, reply, account.id);
    },
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
      await sessions.end(row.hash).finally(onAccessChanged);
    },
    passkeys: async ({ principal }) => ({
      passkeys: (await passkeys.list(own(principal).id)).map(({ id, name, createdAt, usedAt }) => ({ id, name, createdAt, usedAt })),
    }),
    async offerPasskey({ principal, body }) {
      const account = own(principal);
      await accountService.confirm(account, body);
      return passkeys.offer(account);
    },
    // Its challenge was made for this account, after the password and a code were asked for.
    addPasskey: ({ principal, body }) => passkeys.add(own(principal), body.name, body.response),
    async removePasskey({ principal, params }) {
      const isRemoved = await passkeys.remove(own(principal).id, params.id);
      if (!isRemoved) throw notFound("passkey", params.id);
    },
    endOtherSessions: ({ principal, request }) => sessions.endOfAccount(own(principal).id, current(request)).finally(onAccessChanged),
  });
}
