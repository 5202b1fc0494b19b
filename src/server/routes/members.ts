import type { FastifyInstance } from "fastify";
import type { MemberView } from "#api/schemas.ts";
import type { Account, Invitation, Member } from "#storage/account-store.ts";
import type { AccountService } from "../auth/account-service.ts";
import type { Sessions } from "../auth/sessions.ts";
import type { SignIn } from "../auth/sign-in.ts";
import type { WorkspaceService } from "../auth/workspace-service.ts";
import { serve } from "../http/serve.ts";

export interface MemberRouteParts {
  signIn: SignIn;
  accountService: AccountService;
  workspaceService: WorkspaceService;
  sessions: Sessions;
  /** Called after anyone's access changed: closes the event streams they may no longer read. */
  onAccessChanged: () => void;
}

/** Who has access to a workspace, with which role, and from where. */
export function serveMembers(app: FastifyInstance, parts: MemberRouteParts): void {
  const { accountService, workspaceService, sessions, signIn, onAccessChanged } = parts;
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
      onAccessChanged();
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
