import type { MillraceError } from "#kernel/errors.ts";
import { storeUnusable, type StoreFault } from "../faults.ts";
import { codeOf, isConnectionLost, StoreUnavailable } from "./connection-error.ts";

/** A store's address without its secrets. */
export function placeOf(url: string): string {
  const { username, host, pathname } = new URL(url);
  return `postgres://${username && `${username}@`}${host}${pathname}`;
}

interface Explanation {
  /** The SQLSTATE, or the code of the driver or the operating system; what the driver says where it gives none. */
  code: RegExp;
  fault: StoreFault;
  problem: string;
  todo: string;
}

/** The first that matches. `{place}` is the address of the store, `{host}` the server, `{database}` and `{user}` the names in it. */
const explanations: readonly Explanation[] = [
  {
    code: /^(28P01|28000)$/,
    fault: "not reachable",
    problem: "{place} does not let this user in",
    todo: "Check the user and the password in DATABASE_URL (characters such as @ : / # in a password are written as %40 %3A %2F %23), and pg_hba.conf on the server",
  },
  {
    code: /^3D000$/,
    fault: "not reachable",
    problem: "the server {host} has no database '{database}'",
    todo: "Make it with: createdb -O {user} {database}. Or correct DATABASE_URL",
  },
  {
    code: /^53300$/,
    fault: "not reachable",
    problem: "the server {host} has no connection left",
    todo: "Raise max_connections on the server, lower DATABASE_POOL, or close other programs that use it, and start Millrace again",
  },
  {
    code: /^57P03$/,
    fault: "not answering",
    problem: "the server {host} is starting or stopping",
    todo: "Start Millrace again when it is ready",
  },
  {
    code: /^42501$/,
    fault: "not writable",
    problem: "the user '{user}' may not change {place}",
    todo: "Make Millrace's user the owner of the database (ALTER DATABASE {database} OWNER TO {user}), or let it make tables: GRANT CREATE, USAGE ON SCHEMA public TO {user}",
  },
  {
    code: /^25006$/,
    fault: "not writable",
    problem: "{place} is read-only",
    todo: "It is probably a standby: put the address of the primary into DATABASE_URL",
  },
  {
    code: /^(53100|58030)$/,
    fault: "full",
    problem: "the disk of the server {host} is full or failing",
    todo: "Free some space on it, or extend it, and start Millrace again. Nothing that was accepted is lost",
  },
  {
    code: /^(42P07|42P06|42710|42701)$/,
    fault: "in use",
    problem: "{place} has a table of a name that Millrace needs, made by another program",
    todo: "Give Millrace a database of its own: createdb -O {user} millrace",
  },
  {
    code: /^(XX001|XX002)$/,
    fault: "damaged",
    problem: "{place} is damaged",
    todo: "Stop the server, copy its data folder aside, and restore the newest backup",
  },
  {
    code: /CERT|^ERR_TLS|^UNABLE_TO_(GET|VERIFY)/,
    fault: "not reachable",
    problem: "the certificate of the server {host} is not trusted",
    todo: "Set NODE_EXTRA_CA_CERTS to the file of the authority that signed it, or add sslrootcert=FILE to DATABASE_URL",
  },
  {
    code: /SSL connection/,
    fault: "not reachable",
    problem: "the server {host} takes no encrypted connections",
    todo: "Switch TLS on there (ssl = on), or, on a network that nobody else can listen to, take sslmode out of DATABASE_URL",
  },
  {
    code: /client password must be/,
    fault: "not reachable",
    problem: "the server {host} asks for a password, and DATABASE_URL has none",
    todo: "Put it there: postgres://{user}:password@{host}/{database}",
  },
];

const unreachable: Omit<Explanation, "code"> = {
  fault: "not answering",
  problem: "no PostgreSQL answers at {host}",
  todo: "Check that it runs, that DATABASE_URL has its address and port, and that no firewall is in between",
};

/** Turns an error of PostgreSQL, its driver or the network into one that says what to do; returns any other as it is. */
export function explainPostgresFault(thrown: unknown, url: string): unknown {
  const cause = thrown instanceof StoreUnavailable ? thrown.cause : thrown;
  const sign = codeOf(cause) || firstLine(cause);
  const explanation = explanations.find((each) => each.code.test(sign)) ?? (isConnectionLost(thrown) ? unreachable : undefined);
  return explanation ? explained(explanation, thrown, url) : thrown;
}

function explained({ fault, problem, todo }: Omit<Explanation, "code">, thrown: unknown, url: string): MillraceError {
  const { username, host, pathname } = new URL(url);
  const words = { place: placeOf(url), host, database: pathname.slice(1) || "postgres", user: username || "millrace" };
  const fill = (text: string) => text.replaceAll(/\{(place|host|database|user)\}/g, (_, name: keyof typeof words) => words[name]);
  return storeUnusable(
    fault,
    `${fill(problem)} (${firstLine(thrown instanceof StoreUnavailable ? thrown.cause : thrown)})`,
    fill(todo),
    thrown,
  );
}

const firstLine = (thrown: unknown) => String(thrown instanceof Error ? thrown.message || codeOf(thrown) : thrown).split("\n")[0]!;
