/** Agents that signed in with a person's leave (OAuth 2.1), and the page where the person allows it. */
import { z } from "zod";
import { agentPermissions } from "../agent-permissions.ts";

/** An id that Millrace gave, or the https address of a document that describes the client. */
export const longestClientId = 500;

/** What a client's address for signing in holds. All of it comes from outside. */
export const agentRequestBody = z.object({
  client_id: z.string().min(1).max(longestClientId),
  redirect_uri: z.string().min(1).max(2_000),
  response_type: z.literal("code", "is 'code'; Millrace answers with nothing else"),
  code_challenge: z.string().regex(/^[\w-]{43}$/, "is missing or is no SHA-256; Millrace needs PKCE"),
  code_challenge_method: z.literal("S256", "is 'S256'; Millrace takes no other"),
  scope: z.string().max(1_000).optional(),
  state: z.string().max(2_000).optional(),
  resource: z.string().max(2_000).optional(),
});
const permission = z.enum(agentPermissions);

/** What the page shows before a person allows an agent. */
export const agentRequestView = z.object({
  /** What the client calls itself. Anybody can choose any name. */
  name: z.string(),
  /** The host of the document that describes it, where its id is the address of one; only that host can have written it. */
  describedAt: z.string().nullable(),
  /** Where the person is sent afterwards. */
  host: z.string(),
  /** Whether that is a program on the person's own machine. */
  isLocal: z.boolean(),
  /** What it asks for. */
  asked: z.array(permission),
  /** What the person may allow at all. */
  offered: z.array(permission),
  /** Where to go if the person refuses. */
  refuseTo: z.string(),
});
/** The request, and what the person allows. */
export const agentAllowBody = agentRequestBody.extend({ permissions: z.array(permission).min(1, "is empty; refuse instead") });
/** Where the browser goes with the code. */
export const agentAllowReply = z.object({ goTo: z.string() });

/** A signed-in agent in the list. */
export const agentView = z.object({
  id: z.string(),
  name: z.string(),
  permissions: z.array(permission),
  /** For whom it acts, in words. */
  who: z.string(),
  /** Whether that is whoever asks. */
  mine: z.boolean(),
  createdAt: z.number(),
  usedAt: z.number().nullable(),
});
export const agentList = z.object({
  /** The address that is given to an agent. */
  address: z.string(),
  agents: z.array(agentView),
});
export type AgentRequest = z.output<typeof agentRequestBody>;
export type AgentRequestView = z.infer<typeof agentRequestView>;
export type AgentView = z.infer<typeof agentView>;
