import { isIPv6 } from "node:net";
import { allowList, embeddedAddress } from "./address.ts";

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

/**
 * Where clouds give out the credentials of a machine. No list opens these. Beside the one that most of them share: AWS (containers, IPv6),
 * Tencent, Alibaba, Oracle, Azure, Google (IPv6), Scaleway.
 */
const metadata = new Set([
  "169.254.169.254",
  "169.254.170.2",
  "169.254.170.23",
  "169.254.0.23",
  "100.100.100.200",
  "192.0.0.192",
  "168.63.129.16",
  "fd00:ec2::254",
  "fd00:ec2::23",
  "fd20:ce::254",
  "fd00:42::42",
]);
const metadataNames = new Set([
  "metadata",
  "metadata.google.internal",
  "metadata.goog",
  "metadata.tencentyun.com",
  "instance-data",
  "instance-data.ec2.internal",
]);

/** Whether an address (as the resolver gives it) or a name belongs to a cloud's metadata service. */
export function isMetadataHost(host: string): boolean {
  const bare = host
    .replace(/^\[|\]$/g, "")
    .replace(/\.$/, "")
    .split("%")[0]!
    .toLowerCase();
  if (metadata.has(bare) || metadataNames.has(bare)) return true;
  return isIPv6(bare) && (metadata.has(shortest(bare)) || metadata.has(embeddedAddress(bare) ?? ""));
}

/** An IPv6 address in the spelling of URLs. */
const shortest = (address: string): string => new URL(`http://[${address}]`).hostname.slice(1, -1);
