import type { ClientCapabilities, InputRequiredResult, McpServer, ServerContext, ToolAnnotations } from "@modelcontextprotocol/server";
import { CLIENT_CAPABILITIES_META_KEY, isInputRequiredResult } from "@modelcontextprotocol/server";
import { z } from "zod";
import type { Scope } from "#api/principal.ts";
import { badInput } from "#kernel/errors.ts";
import { deeperThan } from "#kernel/json.ts";
import { type Answer, resultOf } from "./answer.ts";
import { apiErrorOf, failureOf } from "./failure.ts";
import type { McpSide } from "./side.ts";

/** One call of a tool. */
export interface ToolCall {
  side: McpSide;
  context: ServerContext;
  /** Whether the client can put a question to its person (a form of an elicitation). */
  canAsk: boolean;
}

interface ToolFacts<Input extends z.ZodObject> {
  /** `find_operations`: what agents call it. */
  name: string;
  title: string;
  about: string;
  /** The scopes that the caller needs. Without them the tool is not listed. */
  needs: readonly Scope[];
  hints: ToolAnnotations;
  input: Input;
  run(input: z.output<Input>, call: ToolCall): Promise<Answer | InputRequiredResult>;
}

/** A tool, ready to be registered. */
export interface Tool {
  name: string;
  needs: readonly Scope[];
  register(server: McpServer, side: McpSide): void;
}

/** What a tool does to the world, as the protocol's hints say it. */
export const hints = {
  /** Reads what Millrace has. */
  read: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: false },
  /** Reads from connected apps as well. */
  readOutside: { readOnlyHint: true, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  /** Changes a draft, which nothing runs. */
  draft: { readOnlyHint: false, destructiveHint: false, idempotentHint: false, openWorldHint: false },
  /** Changes a draft, where the same again changes nothing more. */
  redraft: { readOnlyHint: false, destructiveHint: false, idempotentHint: true, openWorldHint: true },
  /** Does something that a person decides on. */
  deed: { readOnlyHint: false, destructiveHint: true, idempotentHint: false, openWorldHint: true },
} as const satisfies Record<string, ToolAnnotations>;

/** What every tool takes beside its own: a part of an answer that was too long. */
const partMembers = {
  part: z.string().max(300).optional().describe("Of a long answer: the path of one part"),
  offset: z.int().min(0).max(100_000_000).optional().describe("Where to begin in that part: an item or a character"),
};
const deepestInput = 60;
/** The most values that a call may have in all. */
export const mostInputElements = 50_000;

/** Makes a tool: its input is checked before it runs, what it throws becomes an error that says what to do. */
export function tool<Input extends z.ZodObject>(facts: ToolFacts<Input>): Tool {
  const { name, title, about, needs, hints: annotations, input, run } = facts;
  const inputSchema = z.strictObject({ ...input.shape, ...partMembers });
  const register = (server: McpServer, side: McpSide) => {
    server.registerTool(name, { title, description: about, inputSchema, annotations }, async ({ part, offset, ...given }, context) => {
      try {
        if (deeperThan(given, deepestInput)) throw badInput("arguments", `are nested deeper than ${deepestInput} levels`);
        const answer = await run(given as z.output<Input>, { side, context, canAsk: canAsk(server, context) });
        return isInputRequiredResult(answer) ? answer : resultOf(answer, { part, offset });
      } catch (thrown) {
        if (apiErrorOf(thrown).code === "INTERNAL") side.onFault?.(thrown);
        return resultOf(failureOf(thrown));
      }
    });
  };
  return { name, needs, register };
}

/** The client says so with the request (2026-07-28), or said it when the session began (2025-11-25). */
function canAsk(server: McpServer, { mcpReq: { envelope } }: ServerContext): boolean {
  const declared = (envelope as Record<string, ClientCapabilities | undefined> | undefined)?.[CLIENT_CAPABILITIES_META_KEY];
  const { elicitation } = declared ?? server.server.getClientCapabilities() ?? {};
  return elicitation !== undefined && ("form" in elicitation || !("url" in elicitation));
}
