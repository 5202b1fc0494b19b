import type { FastifyInstance } from "fastify";
import type { ApprovalService } from "../approvals/approval-service.ts";
import type { InnerCalls } from "../http/inner-calls.ts";
import { serve } from "../http/serve.ts";
import type { SignIn } from "../auth/sign-in.ts";

export interface ApprovalRouteParts {
  approvalService: ApprovalService;
  innerCalls: InnerCalls;
  signIn: Pick<SignIn, "addressOf">;
}

/** What programs and agents ask a person for. */
export function serveApprovals(app: FastifyInstance, { approvalService, innerCalls, signIn }: ApprovalRouteParts): void {
  serve(app, "approvals", {
    list: async ({ principal, query }) => ({ approvals: await approvalService.list(principal, query) }),
    create: ({ principal, body }) => approvalService.create(principal, body),
    get: ({ principal, params }) => approvalService.get(principal, params.id),
    decide({ principal, params, body, request }) {
      const caller = { visitor: request.visitor!, principal, address: signIn.addressOf(request) };
      const client = innerCalls.clientFor(() => caller);
      return approvalService.decide(principal, params.id, body, client);
    },
  });
}
