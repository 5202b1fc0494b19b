import { inputRequired, type InputRequiredResult, inputResponse } from "@modelcontextprotocol/server";
import { z } from "zod";
import { performDeed, scopeOfDeed } from "#api/deeds.ts";
import type { ApprovalBody, ApprovalState } from "#api/schemas.ts";
import { defined } from "#kernel/defined.ts";
import { contentHash } from "#kernel/digest.ts";
import type { Answer } from "./answer.ts";
import { apiErrorOf } from "./failure.ts";
import type { McpSide } from "./side.ts";
import type { ToolCall } from "./tool.ts";

/** Something that only a person may decide. */
export interface Deed {
  /** What the person is asked, with the whole change: several lines. */
  question(): Promise<string>;
  approval: ApprovalBody;
  /** What the agent can do once it is done, a sentence each. */
  next?: readonly string[];
}

const decisionKey = "decision";
const decision = z.object({ approve: z.boolean().describe("Yes: do it now, with your rights. No: nothing is done.") });
/** What is longer nobody reads in a small window: it is decided on a page. */
const longestQuestion = 6_000;

/**
 * Puts the deed to a person. Where the caller may do it and the client can ask, the person is asked there, and it is done on a yes. Otherwise
 * it becomes an approval, which somebody decides on a page of Millrace. An answer counts only for what was shown: where that has changed,
 * the person is asked again.
 */
export async function byPerson(deed: Deed, call: ToolCall): Promise<Answer | InputRequiredResult> {
  const { side, context, canAsk } = call;
  if (!canAsk || side.mayAct === false || !side.scopes.includes(scopeOfDeed(deed.approval))) return await leftToApprove(deed, side);
  const question = await deed.question();
  if (question.length > longestQuestion) return await leftToApprove(deed, side);
  const shown = contentHash([deed.approval, question]);
  const response = inputResponse(context.mcpReq.inputResponses, decisionKey);
  if (response.kind !== "elicit" || context.mcpReq.requestState<string>() !== shown) return asked(question, shown);
  const isYes = response.action === "accept" && decision.safeParse(response.content).data?.approve === true;
  if (!isYes) return { says: "The person said no. Nothing was done.", next: ["Do not ask again unless the person wants it."] };
  try {
    const { words, output } = await performDeed(deed.approval, side.client);
    return { says: "The person said yes, and it was done.", data: { outcome: words, output }, ...defined({ next: deed.next }) };
  } catch (thrown) {
    if (apiErrorOf(thrown).code !== "NEEDS_APPROVAL") throw thrown;
    return await leftToApprove(deed, side);
  }
}

function asked(message: string, shown: string): InputRequiredResult {
  return inputRequired({
    inputRequests: { [decisionKey]: inputRequired.elicit({ message, requestedSchema: decision }) },
    requestState: shown,
  });
}

async function leftToApprove({ approval }: Deed, side: McpSide): Promise<Answer> {
  const { id, state, path } = await side.client.approvals.create({ body: approval });
  return {
    says: "A person has to approve this; nothing was done yet.",
    data: { approval: id, state, page: side.pageUrl(path) },
    next: [
      `Give the person this address, where they see the change and decide: ${side.pageUrl(path)}`,
      "read_approval says what they decided. Do not call it in a loop: wait until the person says so.",
    ],
  };
}

/** What it means for an agent in which state an approval is. */
export const stateWords: Readonly<Record<ApprovalState, string>> = {
  waiting: "Nobody has decided yet.",
  approved: "It was approved, and is being done.",
  refused: "It was refused. Nothing was done; do not ask again unless the person wants it.",
  expired: "Nobody decided in time. Nothing was done.",
  done: "It was approved and done.",
  failed: "It was approved, and it failed.",
  unknown: "It was approved, and nobody knows whether it took effect. Do not ask for it again before a person has looked.",
};

/** What a person decided. Throws NOT_FOUND. */
export async function decisionOn(id: string, { client, pageUrl }: McpSide): Promise<Answer> {
  const { state, title, note, outcome, error, path } = await client.approvals.get({ id });
  return { says: stateWords[state], data: { title, state, note, outcome, error, page: pageUrl(path) } };
}
