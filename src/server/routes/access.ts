import type { FastifyInstance } from "fastify";
import { MillraceError } from "#kernel/errors.ts";
import type { Accounts } from "../auth/accounts.ts";
import type { SignIn } from "../auth/sign-in.ts";
import { serve } from "../http/serve.ts";

export interface AccessRouteParts {
  signIn: SignIn;
  accounts: Accounts;
  /** The workspace of whoever runs Millrace. */
  firstWorkspace: string;
  /** The address of a one-time link. */
  signInUrl: (token: string, opens: "page" | "account") => string;
}

/** One-time links, and the workspace key. */
export function serveAccess(app: FastifyInstance, { signIn, accounts, firstWorkspace, signInUrl }: AccessRouteParts): void {
  serve(app, "access", {
    createLink: ({ principal: { workspaceId }, request: { visitor } }) => {
      // The key of the first workspace is on the machine: whoever has it may help an owner who forgot the password.
      const canResetOwner = workspaceId === firstWorkspace && visitor?.key?.role === null;
      if (accounts.hasMembers(workspaceId) && !canResetOwner) throw new MillraceError("FORBIDDEN", { details: { problem: linkForbidden } });
      const { token, expiresAt } = signIn.newLink(workspaceId, canResetOwner);
      const opens = signIn.linkPurpose(workspaceId);
      return { url: signInUrl(token, opens), expiresAt, opens };
    },
    // The new key is in the reply and in the data folder, and can be read nowhere else.
    rotateKey: async ({ principal, request }) => ({ key: await signIn.rotateKey(principal.workspaceId, request, principal.by) }),
  });
}

const linkForbidden = "An account is required here. To reset an owner's password, run 'millrace open' on the machine that runs Millrace";
