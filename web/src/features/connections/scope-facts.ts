import type { ConnectionView, ConsentNeeds } from "#api/schemas.ts";

/** The scopes of a connection, by what is to be done about them. */
export interface ScopeFacts {
  /** Flows need them, and the login lacks them. */
  missing: NeededScope[];
  /** The login has them, and flows need them or the test of the login does. Where nobody knows what it has: what is needed. */
  needed: NeededScope[];
  /** The login has them, and nothing needs them. */
  superfluous: string[];
  /** The same while no flow uses the connection: nobody can tell yet which of them are needed. */
  idle: string[];
  /** Whether the app says what the login has. */
  isKnown: boolean;
}

interface NeededScope {
  scope: string;
  flows: string[];
}

/** Compares what a login has with what flows need. */
export function scopeFacts({ scopes, usedBy }: Pick<ConnectionView, "scopes" | "usedBy">, needs: Pick<ConsentNeeds, "scopes">): ScopeFacts {
  const isKnown = scopes !== undefined;
  const needed = needs.scopes.filter((each) => each.needed);
  const isHeld = ({ granted }: { granted: boolean }) => granted || !isKnown;
  const unneeded = needs.scopes.filter((each) => each.granted && !each.needed).map(({ scope }) => scope);
  return {
    isKnown,
    missing: needed.filter((each) => !isHeld(each)).map(bare),
    needed: needed.filter(isHeld).map(bare),
    ...(usedBy.flows.length > 0 ? { superfluous: unneeded, idle: [] } : { superfluous: [], idle: unneeded }),
  };
}

const bare = ({ scope, flows }: NeededScope): NeededScope => ({ scope, flows });
