import type { z } from "zod";
import { addresses, apiPrefix } from "#api/addresses.ts";
import { createClient, requestOf, type ApiRequest, type Send } from "#api/client.ts";
import { noteWorkspaceChanged, workspaceOfTab } from "./session.ts";
import type {
  accountSessions,
  callReply,
  callQuery,
  changeQuery,
  errorReply,
  invitationView,
  openInvitationReply,
  passkeyList,
  replayReply,
  runQuery,
  syncLinkQuery,
} from "#api/schemas.ts";

export type CallReply = z.infer<typeof callReply>;
export type ReplayReply = z.infer<typeof replayReply>;
export type OwnPasskey = z.infer<typeof passkeyList>["passkeys"][number];
export type OwnSession = z.infer<typeof accountSessions>["sessions"][number];
export type InvitationView = z.infer<typeof invitationView>;
/** What an invitation is for. */
export type Invited = z.infer<typeof openInvitationReply>;
export type StoredError = z.infer<typeof errorReply>["error"];

/** Which pairs of a sync are wanted. */
export type SyncLinkFilter = Omit<z.input<typeof syncLinkQuery>, "after" | "limit">;

/** The run list's filter as the API takes it. */
export type RunFilter = Omit<z.input<typeof runQuery>, "before" | "limit">;

/** The filter of the log of calls as the API takes it. */
export type CallFilter = Omit<z.input<typeof callQuery>, "before" | "limit">;

/** The filter of the list of changes as the API takes it. */
export type ChangeFilter = Omit<z.input<typeof changeQuery>, "after" | "before" | "limit">;

/** A request that did not succeed, as a sentence for the reader. `status` 0: there was no answer at all. */
export class ApiError extends Error {
  readonly status: number;
  readonly code: string;
  readonly details: Record<string, unknown>;

  constructor(status: number, { code, message, details }: StoredError) {
    super(message);
    this.name = "ApiError";
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

/** Where server-sent events come from. */
export const streamUrl = `${apiPrefix}${requestOf(addresses.overview.stream).path}`;

const send: Send = async (request) => {
  const reply = await fetchReply(request);
  const text = await reply.text();
  if (!reply.ok) throw refusal(reply.status, text);
  return text === "" ? undefined : JSON.parse(text);
};

/** A file that the API makes, with the name that it gives it. */
export async function fetchFile(request: ApiRequest): Promise<{ name: string; content: Blob }> {
  const reply = await fetchReply(request);
  if (!reply.ok) throw refusal(reply.status, await reply.text());
  const [, name = "download"] = /filename="([^"]+)"/.exec(reply.headers.get("content-disposition") ?? "") ?? [];
  return { name, content: await reply.blob() };
}

function refusal(status: number, text: string): ApiError {
  const error = new ApiError(status, errorOf(status, text));
  if (error.code === "WORKSPACE_CHANGED") noteWorkspaceChanged();
  return error;
}

/** Browsers finish no larger request of a page that is left. In characters: some take three bytes. */
const longestKept = 20_000;

async function fetchReply({ method, path, body }: ApiRequest): Promise<Response> {
  const text = body === undefined ? undefined : JSON.stringify(body);
  try {
    return await fetch(apiPrefix + path, {
      method,
      keepalive: method !== "GET" && (text ?? "").length <= longestKept,
      credentials: "same-origin",
      headers: headersOf(body),
      ...(text === undefined ? {} : { body: text }),
    });
  } catch {
    throw new ApiError(0, {
      code: "UNREACHABLE",
      message: "Millrace did not answer. Check that it is running and try again.",
      details: {},
    });
  }
}

function headersOf(body: unknown): Record<string, string> {
  const workspace = workspaceOfTab();
  return {
    // Another site's form cannot send this header: the server's proof that the page is ours.
    "x-millrace": "1",
    // Another tab may have gone to another workspace since: then nothing is done here.
    ...(workspace !== null && { "x-millrace-workspace": workspace }),
    ...(body !== undefined && { "content-type": "application/json" }),
  };
}

/** The error of the table if the answer carries one; a proxy in between may answer anything. */
export function errorOf(status: number, text: string): StoredError {
  try {
    const { error } = JSON.parse(text) as { error?: Partial<StoredError> };
    if (typeof error?.message === "string") return { code: error.code ?? "UNKNOWN", message: error.message, details: error.details ?? {} };
  } catch {
    // Not JSON: told below.
  }
  return { code: "UNKNOWN", message: `The server answered with status ${status} and no explanation. Try again.`, details: {} };
}

/** Every call the pages make, by what it is about. */
export const api = createClient(send);
