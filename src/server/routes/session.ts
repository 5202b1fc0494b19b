import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import type { Principal } from "#api/principal.ts";
import type { SessionView } from "#api/schemas.ts";
import { MillraceError } from "#kernel/errors.ts";
import type { AccountService } from "../auth/account-service.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { Passkeys } from "../auth/passkeys.ts";
import type { SingleSignOn } from "../auth/single-sign-on.ts";
import type { SignIn, WrongCode } from "../auth/sign-in.ts";
import type { WorkspaceService } from "../auth/workspace-service.ts";
import { serve } from "../http/serve.ts";

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
  /** The address of a one-time link. */
  signInUrl: (token: string, opens: "page" | "account") => string;
}

/** Signing a browser in and out, one-time links, and the workspace's own API key. */
export function serveSession(app: FastifyInstance, parts: SessionRouteParts): void {
  const { signIn, signInUrl, accounts, accountService, workspaceService, firstWorkspace, passkeys, singleSignOn } = parts;
  const { counted, enter } = doorOf(parts);
  const provider = () => {
    if (singleSignOn) return singleSignOn;
    throw new MillraceError("SINGLE_SIGN_ON_FAILED", {
      details: { problem: "No provider is set (MILLRACE_OIDC_ISSUER). Sign in with your password" },
    });
  };
  serve(app, "session", {
    get: ({ principal }) => sessionView(parts, principal),
    ways: () => ({
      hasAccounts: accounts.hasMembers(firstWorkspace),
      mail: accountService.sendsMail,
      singleSignOn: singleSignOn?.name ?? null,
      passkeys: passkeys.isPossible(),
    }),
    start: async ({ body, request, reply }) => {
      if ("key" in body) return signIn.withKey(request, reply, body.key);
      if ("link" in body) return signIn.withLink(request, reply, body.link);
      signIn.checkVisitor(request);
      const from = await signIn.guesserOf(request);
      const account = await counted(request, () => accountService.signIn(body, from));
      await enter(request, reply, account.id);
    },
    end: ({ request, reply }) => signIn.end(request, reply),
    async move({ principal, body, request, reply }) {
      signIn.checkPage(request);
      workspaceService.checkMayGo(principal, body.workspace);
      await signIn.moveTo(request, reply, body.workspace);
    },
    async claim({ body: { link, ...person }, request, reply }) {
      signIn.checkPage(request);
      const { account, workspaceId } = await signIn.usingLink(request, link, async ({ workspaceId: id, mends }) => ({
        account: await accountService.claim(id, person, { mends }),
        workspaceId: id,
      }));
      await enter(request, reply, account.id, workspaceId);
    },
    openInvitation: ({ body, request }) => counted(request, () => accountService.opened(body.invitation)),
    async accept({ body: { invitation, ...person }, request, reply }) {
      signIn.checkVisitor(request);
      const from = await signIn.guesserOf(request);
      const { accountId, workspaceId } = await counted(request, () => accountService.accept(invitation, person, from));
      await enter(request, reply, accountId, workspaceId);
    },
    forgotten({ body, request }) {
      signIn.checkBeginner(request);
      accountService.forgotten(body.email);
    },
    async reset({ body, request, reply }) {
      signIn.checkVisitor(request);
      const account = await counted(request, () => accountService.reset(body.reset, body));
      await enter(request, reply, account.id);
    },
    async beginElsewhere({ body, request }) {
      signIn.checkBeginner(request);
      return provider().begin(body.invitation ?? "");
    },
    async finishElsewhere({ body, request, reply }) {
      signIn.checkVisitor(request);
      const { identity, note } = await provider().finish(body);
      const { accountId, workspaceId } = await accountService.signInElsewhere(identity, note === "" ? null : note);
      await enter(request, reply, accountId, workspaceId);
    },
    offerPasskey({ request }) {
      signIn.checkBeginner(request);
      return passkeys.challenge();
    },
    async withPasskey({ body, request, reply }) {
      signIn.checkVisitor(request);
      const accountId = await counted(request, () => passkeys.signIn(body.response as never));
      await enter(request, reply, accountId);
    },
  });
  serve(app, "access", {
    makeLink: ({ principal: { workspaceId }, request: { visitor } }) => {
      // The key of the first workspace is on the machine: whoever has it may help an owner who forgot the password.
      const mends = workspaceId === firstWorkspace && visitor?.key?.role === null;
      if (accounts.hasMembers(workspaceId) && !mends) throw new MillraceError("FORBIDDEN", { details: { problem: onTheMachine } });
      const { token, expiresAt } = signIn.newLink(workspaceId, mends);
      const opens = signIn.linkOpens(workspaceId);
      return { url: signInUrl(token, opens), expiresAt, opens };
    },
    // The new key is in the answer and in the data folder, and can be read nowhere else.
    rotateKey: async ({ principal, request }) => ({ key: await signIn.rotateKey(principal.workspaceId, request, principal.by) }),
  });
}

const onTheMachine =
  "People sign in here with their accounts. A link that gives an owner a new password is made on the machine itself, by 'millrace open'";

/** How an anonymous visitor comes in: what they get wrong is counted by their address. */
function doorOf({ signIn }: Pick<SessionRouteParts, "signIn">) {
  const counting = new Set<string>([
    "PASSWORD_WRONG",
    "CODE_WRONG",
    "INVITATION_INVALID",
    "RESET_INVALID",
    "PASSKEY_REFUSED",
  ] satisfies WrongCode[]);
  return {
    async counted<T>(request: FastifyRequest, work: () => Promise<T>): Promise<T> {
      try {
        return await work();
      } catch (thrown) {
        if (thrown instanceof MillraceError && counting.has(thrown.code)) throw signIn.wrong(request, thrown.code as WrongCode);
        throw thrown;
      }
    },
    enter: (request: FastifyRequest, reply: FastifyReply, accountId: string, workspaceId?: string) =>
      signIn.withAccount(request, reply, accountId, workspaceId),
  };
}

async function sessionView({ accounts, workspaceService }: SessionRouteParts, principal: Principal): Promise<SessionView> {
  const { workspaceId, role, locationId, scopes } = principal;
  const account = principal.accountId === null ? undefined : accounts.get(principal.accountId);
  const workspaces = await workspaceService.reachable(principal);
  return {
    workspace: workspaces.find(({ id }) => id === workspaceId) ?? { id: workspaceId, name: workspaceId },
    workspaces,
    account: account ? { id: account.id, email: account.email, name: account.name, secondFactor: account.totpJwe !== null } : null,
    role,
    locationId,
    scopes: [...scopes],
  };
}
