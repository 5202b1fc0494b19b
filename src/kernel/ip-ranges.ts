import { BlockList, isIP, isIPv4 } from "node:net";

/** A set of IP addresses and ranges. */
export interface IpRanges {
  has(address: string): boolean;
  /** Whether the set is empty. */
  empty: boolean;
}

/** Reads addresses, ranges (10.0.0.0/8) and the name `loopback`. Throws an error that names the wrong entry. */
export function ipRanges(entries: readonly string[]): IpRanges {
  const list = new BlockList();
  for (const entry of entries.flatMap((e) => (e.toLowerCase() === "loopback" ? ["127.0.0.0/8", "::1"] : [e]))) addEntry(list, entry);
  return {
    has: (text) => {
      const address = plainAddress(text);
      return address !== undefined && list.check(address, familyOf(address));
    },
    empty: entries.length === 0,
  };
}

const read = new WeakMap<readonly string[], IpRanges>();

/** The same for a list that is asked again and again and never changed, as that of a key or a flow: it is read once. */
export function keptIpRanges(entries: readonly string[]): IpRanges {
  const ranges = read.get(entries) ?? ipRanges(entries);
  read.set(entries, ranges);
  return ranges;
}

function addEntry(list: BlockList, entry: string): void {
  const [text, prefix] = entry.split("/", 2) as [string, string | undefined];
  const address = plainAddress(text);
  const bits = prefix === undefined ? undefined : Number(/^\d{1,3}$/.exec(prefix)?.[0]);
  if (address === undefined || entry.split("/").length > 2) throw new Error(`'${entry}' is neither an address nor a range of addresses`);
  if (bits === undefined) return list.addAddress(address, familyOf(address));
  if (bits === 0) throw new Error(`'${entry}' covers every address. Name only those you want to allow`);
  if (!(bits <= (isIPv4(address) ? 32 : 128))) throw new Error(`'${entry}' has no valid number of bits after the slash`);
  list.addSubnet(address, bits, familyOf(address));
}

/** One spelling for each address: IPv4 inside IPv6 as IPv4, without a zone. Undefined for what is no address. */
export function plainAddress(text: string | undefined): string | undefined {
  const address = text
    ?.toLowerCase()
    .replace(/%.*$/, "")
    .replace(/^::ffff:(?=\d+\.)/, "");
  return address !== undefined && isIP(address) > 0 ? address : undefined;
}

const familyOf = (address: string) => (isIPv4(address) ? "ipv4" : "ipv6");
