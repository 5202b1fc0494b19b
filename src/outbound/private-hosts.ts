import { allowList } from "./address.ts";

/** The private addresses that flows may call: those of the settings, and those that were added while it runs. */
export class PrivateHosts {
  readonly #fixed: readonly string[];
  readonly #listeners: (() => void)[] = [];
  #isAllowed: (url: URL) => boolean;

  constructor(fixed: readonly string[]) {
    this.#fixed = fixed;
    this.#isAllowed = allowList(fixed);
  }

  allows(url: URL): boolean {
    return this.#isAllowed(url);
  }

  /** The added ones, in place of those before. */
  set(added: readonly string[]): void {
    this.#isAllowed = allowList([...this.#fixed, ...added]);
    for (const listener of this.#listeners) listener();
  }

  onChange(listener: () => void): void {
    this.#listeners.push(listener);
  }
}

/** Where clouds give out the credentials of a machine. No list opens these. */
const metadata = new Set(["169.254.169.254", "169.254.170.2", "100.100.100.200", "192.0.0.192", "168.63.129.16", "fd00:ec2::254"]);
const metadataNames = new Set(["metadata", "metadata.google.internal", "instance-data", "instance-data.ec2.internal"]);

/** Whether an address (as the resolver gives it) or a name belongs to a cloud's metadata service. */
export function isMetadataHost(host: string): boolean {
  const bare = host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .split("%")[0]!
    .toLowerCase();
  const mapped = /^(?:::ffff:|64:ff9b::)(.+)$/.exec(bare)?.[1];
  return metadata.has(bare) || metadataNames.has(bare) || (mapped !== undefined && metadata.has(dotted(mapped)));
}

/** `a9fe:a9fe` as `169.254.169.254`. */
function dotted(tail: string): string {
  const groups = tail.split(":");
  if (groups.length !== 2) return tail;
  return groups
    .map((group) => parseInt(group, 16))
    .flatMap((n) => [n >> 8, n & 255])
    .join(".");
}
