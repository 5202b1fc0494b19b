/** What an approval is about: the scope that each kind needs, and how it is done. Whoever approved does it, here or in the agent. */
import { defined } from "#kernel/defined.ts";
import type { Client } from "./client.ts";
import type { Scope } from "./principal.ts";
import type { ApprovalDeed } from "./schemas.ts";

/** What was done, in words and as data. The words may quote names and messages that others wrote. */
export interface DeedOutcome {
  words: string;
  output: unknown;
}

type DeedOf<K> = Extract<ApprovalDeed, { kind: K }>;
interface Kind<Deed> {
  scope: Scope;
  perform(deed: Deed, client: Client): Promise<DeedOutcome>;
}

const kinds: { [K in ApprovalDeed["kind"]]: Kind<DeedOf<K>> } = {
  publish: {
    scope: "flows:write",
    async perform({ flow: id, revision, note }, client) {
      const { version } = await client.flows.publish({ id, body: { revision, ...defined({ note }) } });
      return { words: `Version ${version} is published, and the flow is on.`, output: { version } };
    },
  },
  switch_on: {
    scope: "flows:switch",
    async perform({ flow: id }, client) {
      await client.flows.resume({ id });
      return { words: "The flow is on.", output: null };
    },
  },
  replay: {
    scope: "runs:write",
    async perform({ runs: ids, from, version }, client) {
      const { replayed, refused } = await client.runs.replay({ body: { ids, from, version } });
      const rest = refused.length === 0 ? "" : ` ${refused.length} could not be: ${refused[0]!.error.message}`;
      return {
        words: `${replayed.length} of ${replayed.length + refused.length} runs are replayed.${rest}`,
        output: { replayed, refused },
      };
    },
  },
  call: {
    scope: "operations:call",
    async perform({ app, operation, connection, input }, client) {
      const name = app === undefined ? operation : `${app}.${operation}`;
      const { output, notices = [] } = await client.operations.call({ operation: name, body: { input, ...defined({ connection }) } });
      return { words: ["The operation was called, and it worked.", ...notices].join(" "), output };
    },
  },
};

const kindOf = (deed: ApprovalDeed): Kind<ApprovalDeed> => kinds[deed.kind] as unknown as Kind<ApprovalDeed>;

/** The scope that a deed needs, of whoever does it or approves it. */
export const scopeOfDeed = (deed: ApprovalDeed): Scope => kindOf(deed).scope;

/** Does a deed through the routes of the API, with the rights of the client's owner. Throws what the route answers. */
export const performDeed = (deed: ApprovalDeed, client: Client): Promise<DeedOutcome> => kindOf(deed).perform(deed, client);
