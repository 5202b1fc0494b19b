import type { FastifyInstance, FastifyRequest } from "fastify";
import type { Principal } from "#api/principal.ts";
import type { SessionView } from "#api/schemas.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { AccountService } from "../auth/account-service.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { SingleSignOn } from "../auth/single-sign-on.ts";
import type { SignIn, WrongCode } from "../auth/sign-in.ts";
import type { Guesser } from "../auth/wrong-passwords.ts";
import type { WorkspaceService } from "../auth/workspace-service.ts";
import { serve, type Handlers } from "../http/serve.ts";

export interface SessionRouteParts {
  signIn: SignIn;
  accounts: Accounts;
  accountService: AccountService;
  workspaceService: WorkspaceService;
  passkeys: Passkeys;
  /** Null where no provider is set. */
  singleSignOn: SingleSignOn | null;
  /** The workspace of whoever runs Millrace. */
  firstWorkspace: string;
}

/** Signs browsers in and out. */
export function serveSession(app: FastifyInstance, parts: SessionRouteParts): void {
  const { signIn, accounts, accountService, workspaceService } = parts;
  serve(app, "session", {
    ...linkHandlers(parts),
    ...singleSignOnHandlers(parts),
    ...passkeyHandlers(parts),
    get: ({ principal, request }) => sessionView(parts, principal, request.visitor?.key?.name ?? null),
    ways: () => ({
      hasAccounts: accounts.hasMembers(parts.firstWorkspace),
      mail: accountService.sendsMail,
      singleSignOn: parts.singleSignOn?.name ?? null,
      passkeys: parts.passkeys.isPossible(),
    }),
    start: async ({ body, request, reply }) => {
      if ("key" in body) return signIn.signInWithKey(request, reply, body.key);
      if ("link" in body) return signIn.signInWithLink(request, reply, body.link);
      const from = await signIn.guesserOf(request, body.email);
      signIn.checkAnonymous(request, from);
      const account = await countFailures(signIn, request, () => accountService.signIn(body, from), from);
      await signIn.startSession(request, reply, account.id);
    },
    end: ({ request, reply }) => signIn.signOut(request, reply),
    async move({ principal, body, request, reply }) {
      signIn.refuseForeignPage(request);
      workspaceService.checkAccess(principal, body.workspace);
      await signIn.switchWorkspace(request, reply, body.workspace);
    },
  });
}

/** The one-time link of the machine, and the links of an invitation and of a password reset. */
const linkHandlers = ({ signIn, accounts, accountService }: SessionRouteParts) =>
  ({
    async setUpOwner({ body: { link, ...person }, request, reply }) {
      signIn.refuseForeignPage(request);
      const { id, workspaceId } = await signIn.redeemLink(request, link, async ({ workspaceId, canResetOwner }) => {
        const isReset = canResetOwner && accounts.hasMembers(workspaceId);
        const owner = await (isReset ? accountService.resetOwner(workspaceId, person) : accountService.createOwner(workspaceId, person));
        return { id: owner.id, workspaceId };
      });
      await signIn.startSession(request, reply, id, workspaceId);
    },
    openInvitation: ({ body, request }) => countFailures(signIn, request, () => accountService.readInvitation(body.invitation)),
    async accept({ body: { invitation, ...person }, request, reply }) {
      signIn.checkAnonymous(request);
      const from = await signIn.guesserOf(request);
      const { accountId, workspaceId } = await countFailures(signIn, request, () => accountService.accept(invitation, person, from));
      await signIn.startSession(request, reply, accountId, workspaceId);
    },
    forgotten({ body, request }) {
      signIn.limitAnonymous(request);
      accountService.mailResetLink(body.email);
    },
    async reset({ body, request, reply }) {
      signIn.checkAnonymous(request);
      const account = await countFailures(signIn, request, () => accountService.reset(body.reset, body, signIn.addressOf(request)));
      await signIn.startSession(request, reply, account.id);
    },
  }) satisfies Partial<Handlers<"session">>;

const singleSignOnHandlers = ({ signIn, accountService, singleSignOn }: SessionRouteParts) =>
  ({
    beginSingleSignOn({ body, request }) {
      signIn.limitAnonymous(request);
      return providerOf(singleSignOn).begin(body.invitation ?? "");
    },
    async finishSingleSignOn({ body, request, reply }) {
      signIn.checkAnonymous(request);
      const { identity, returnData } = await providerOf(singleSignOn).finish(body);
      const invitation = returnData === "" ? null : returnData;
      const { accountId, workspaceId } = await accountService.signInWithIdentity(identity, invitation, signIn.addressOf(request));
      await signIn.startSession(request, reply, accountId, workspaceId);
    },
  }) satisfies Partial<Handlers<"session">>;

function providerOf(singleSignOn: SingleSignOn | null): SingleSignOn {
  if (singleSignOn) return singleSignOn;
  const problem = "Single sign-on is not configured (MILLRACE_OIDC_ISSUER). Sign in with your password";
  throw new MillraceError("SINGLE_SIGN_ON_FAILED", { details: { problem } });
}

const passkeyHandlers = ({ signIn, passkeys }: SessionRouteParts) =>
  ({
    async offerPasskey({ request }) {
      signIn.limitAnonymous(request, await signIn.guesserOf(request));
      return passkeys.challenge();
    },
    async withPasskey({ body, request, reply }) {
      const from = await signIn.guesserOf(request);
      signIn.checkAnonymous(request, from);
      const accountId = await countFailures(signIn, request, () => passkeys.signIn(body.response), from);
      await signIn.startSession(request, reply, accountId);
    },
  }) satisfies Partial<Handlers<"session">>;

const countedCodes: ReadonlySet<string> = new Set([
  "PASSWORD_WRONG",
  "CODE_WRONG",
  "INVITATION_INVALID",
  "RESET_INVALID",
  "PASSKEY_REFUSED",
] satisfies WrongCode[]);

/** Runs an anonymous sign-in step and counts its failure against the sender's address, or the known browser. */
async function countFailures<T>(signIn: SignIn, request: FastifyRequest, work: () => Promise<T>, from?: Guesser): Promise<T> {
  try {
    return await work();
  } catch (thrown) {
    if (thrown instanceof MillraceError && countedCodes.has(thrown.code))
      throw signIn.countFailure(request, thrown.code as WrongCode, from);
    throw thrown;
  }
}

async function sessionView(
  { accounts, workspaceService }: SessionRouteParts,
  principal: Principal,
  apiKey: string | null,
): Promise<SessionView> {
  const { workspaceId, role, locationId, scopes } = principal;
  const account = principal.accountId === null ? undefined : accounts.get(principal.accountId);
  const workspaces = await workspaceService.workspacesOf(principal);
  return {
    workspace: workspaces.find(({ id }) => id === workspaceId) ?? { id: workspaceId, name: workspaceId },
    workspaces,
    account: account ? { id: account.id, email: account.email, name: account.name, secondFactor: account.totpJwe !== null } : null,
    apiKey,
    role,
    locationId,
    scopes: [...scopes],
  };
}
