import type { ConnectionView } from "#api/schemas.ts";

/** Pure: the copies that are made of a flow, and the accounts they work in. */

type Account = Pick<ConnectionView, "name" | "title" | "app" | "formerNames">;

/** A connection that a flow uses, and those that could stand in its place, itself among them. */
export interface AccountChoice<A extends Account> {
  used: A;
  others: A[];
}

/** One copy as the server is asked for it. */
export interface FlowCopy {
  name: string;
  connections: Record<string, string>;
}

/** The connections that the draft of a flow uses and that another connection to the same app could replace. Sub-accounts first. */
export function accountChoices(connections: readonly ConnectionView[], flowId: string): AccountChoice<ConnectionView>[] {
  const used = connections.filter(({ usedBy }) => usedBy.flows.some(({ id, draft }) => id === flowId && draft));
  return used
    .map((one) => ({ used: one, others: connections.filter(({ app }) => app === one.app) }))
    .filter(({ others }) => others.length > 1)
    .toSorted((a, b) => Number(b.used.locationId !== undefined) - Number(a.used.locationId !== undefined));
}

const longestName = 120;

/** One copy for each account that is ticked, named after it where there are several. `replaced`: what stands in the place of other connections. */
export function copiesOf<A extends Account>(
  name: string,
  { used, targets }: { used: A | undefined; targets: readonly A[] },
  replaced: readonly { used: A; by: A }[],
): FlowCopy[] {
  const connections = (target: A | undefined) =>
    Object.assign({}, ...replaced.map((one) => renaming(one.used, one.by)), used && target && renaming(used, target)) as Record<
      string,
      string
    >;
  if (targets.length <= 1) return [{ name, connections: connections(targets[0]) }];
  return targets.map((target) => ({ name: withTitle(name, target.title), connections: connections(target) }));
}

/** A draft may still use a name that the connection had before. */
const renaming = ({ name, formerNames = [] }: Account, by: Account): Record<string, string> =>
  name === by.name ? {} : Object.fromEntries([name, ...formerNames].map((old) => [old, by.name]));

/** What a single copy is called unless somebody types a name: after the account where it is for another one. */
export function nameOfCopy<A extends Account>(name: string, { used, targets }: { used: A | undefined; targets: readonly A[] }): string {
  const [target] = targets;
  return target === undefined || target === used ? `${name.slice(0, longestName - 7)} (copy)` : withTitle(name, target.title);
}

/** What the button that makes the copies says: how many, and for whom. */
export function createWords(targets: readonly Pick<Account, "title" | "name">[], used: Pick<Account, "name"> | undefined): string {
  if (used === undefined) return "Create copy";
  const [first, ...others] = targets;
  if (first === undefined) return "Choose an account";
  return others.length === 0 ? `Create a copy for ${first.title}` : `Create ${targets.length} copies`;
}

const withTitle = (name: string, title: string): string =>
  `${name.slice(0, Math.max(20, longestName - title.length - 2))}, ${title}`.slice(0, longestName);
