import type { Clock } from "#kernel/clock.ts";
import { minuteMs } from "#kernel/durations.ts";
import { badInput } from "#kernel/errors.ts";
import type { TextRead } from "#outbound/text-read.ts";
import type { OauthClient } from "#storage/agent-store.ts";
import { readClientFacts } from "./client-facts.ts";

/** Reads a text at a public address, behind the guards of every outgoing request. */
export type ReadText = (url: string) => Promise<TextRead>;

const longestDocument = 64 * 1024;
const keptForMs = 10 * minuteMs;
const mostKept = 100;

/**
 * Clients whose id is the https address of a document that describes them (client id metadata documents). Read only when a person who is
 * signed in opens the request of such a client, and kept for ten minutes.
 */
export class ClientDocuments {
  readonly #readText: ReadText;
  readonly #clock: Clock;
  readonly #kept = new Map<string, { client: OauthClient; until: number }>();

  constructor({ readText, clock }: { readText: ReadText; clock: Clock }) {
    this.#readText = readText;
    this.#clock = clock;
  }

  /** Throws BAD_INPUT for `client_id`, or why the document cannot be read. */
  async read(id: string): Promise<OauthClient> {
    const now = this.#clock.now();
    const kept = this.#kept.get(id);
    if (kept && kept.until > now) return kept.client;
    const client = { id, createdAt: now, ...factsOf(id, await this.#readText(id)) };
    this.#kept.delete(id);
    this.#kept.set(id, { client, until: now + keptForMs });
    for (const oldest of this.#kept.keys()) if (this.#kept.size > mostKept) this.#kept.delete(oldest);
    return client;
  }
}

/** Whether an id is an address: https with a path, and nothing in it that changes what is meant. */
export function isDocumentAddress(id: string): boolean {
  if (!id.startsWith("https://") || !URL.canParse(id)) return false;
  const { href, pathname, username, password, hash, search } = new URL(id);
  return href === id && pathname !== "/" && username + password + hash + search === "";
}

function factsOf(id: string, { text, url }: TextRead): { name: string; redirectUris: string[] } {
  if (url !== id) throw badInput("client_id", "is an address that redirects to another one");
  if (text.length > longestDocument) throw badInput("client_id", "names a document that is too long");
  try {
    const document = JSON.parse(text) as { client_id?: unknown } | null;
    if (document?.client_id === id) return readClientFacts(document);
  } catch (thrown) {
    throw badInput("client_id", `names a document that does not describe a client: ${(thrown as Error).message}`);
  }
  throw badInput("client_id", "names a document that describes another client");
}
