import { grouped } from "./grouped.ts";

/** Pure: what tells things of the same name apart, for whoever has to choose one. */

/** A thing by its name, with its row of the list. */
export interface NamedRow {
  label: string;
  id: string;
  /** What it lies within: the pipeline of a stage. */
  parent?: string | undefined;
  row: Readonly<Record<string, unknown>>;
}

/** Members by which people know things, best first. */
const telling = ["email", "phone", "platform", "type", "username", "handle", "slug", "domain", "website", "city", "address", "status"];
const lastOfId = 6;

/** Of each what tells it from others of its name: "sam@acme.example", "facebook", "ends in 7kQ2pX". Undefined where its name does. */
export function tellApart(all: readonly NamedRow[]): (string | undefined)[] {
  const groups = grouped(all, nameOf);
  return all.map((one) => {
    const group = groups.get(nameOf(one))!;
    return group.length === 1 ? undefined : noteOf(one, group);
  });
}

const nameOf = ({ label }: NamedRow): string => label.trim().toLowerCase();

/** The first fact that no other of its name has; else all that there is to say, with the end of its id. */
function noteOf(one: NamedRow, group: readonly NamedRow[]): string {
  const own = factsOf(one);
  const only = own.find(([name, text]) => group.every((other) => other === one || new Map(factsOf(other)).get(name) !== text));
  if (only !== undefined) return only[1];
  const said = own.map(([, text]) => text).slice(0, 2);
  return [...said, `ends in ${one.id.slice(-lastOfId)}`].join(", ");
}

function factsOf({ parent, row }: NamedRow): [name: string, text: string][] {
  const facts = telling.flatMap((name): [string, string][] => {
    const value = row[name];
    return typeof value === "string" && value.trim() !== "" && value.length <= longestFact ? [[name, value.trim()]] : [];
  });
  return parent === undefined || parent === "" ? facts : [["parent", parent], ...facts];
}

const longestFact = 80;
