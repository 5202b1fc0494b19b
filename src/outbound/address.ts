import { BlockList, isIP, isIPv4 } from "node:net";

/**
 * Everything of IPv4 that is not the public Internet: this host, private, shared, link-local, test and multicast nets. Most clouds keep their
 * metadata service in these: 169.254.169.254 (AWS, Google, Azure, DigitalOcean, Hetzner), 169.254.170.2 (AWS containers), 169.254.0.23
 * (Tencent), 100.100.100.200 (Alibaba), 192.0.0.192 (Oracle). Azure's WireServer alone is in a public range: it gives a machine its
 * configuration and certificates (learn.microsoft.com/azure/virtual-network/what-is-ip-address-168-63-129-16). Those of IPv6
 * (fd00:ec2::254 of AWS, fd20:ce::254 of Google, fd00:42::42 of Scaleway) are unique-local addresses, which are not in 2000::/3.
 */
const closed4 = subnets("ipv4", [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["168.63.129.16", 32],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
]);
/** The public part of IPv6, and what in it is not. */
const open6 = subnets("ipv6", [["2000::", 3]]);
const closed6 = subnets("ipv6", [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["3fff::", 20],
]);
/** The older form of mapped addresses, with `::` and `::1`. Nobody on the Internet has one. */
const compatible = subnets("ipv6", [["::", 96]]);
/** Ranges that carry an IPv4 address in them, and the 16-bit group it begins at: mapped, its older form, translated (NAT64), 6to4. */
const carriers = [
  {
    net: subnets("ipv6", [
      ["::ffff:0:0", 96],
      ["::", 96],
      ["64:ff9b::", 96],
    ]),
    at: 6,
  },
  { net: subnets("ipv6", [["2002::", 16]]), at: 1 },
];

/** Whether an address (as the resolver gives it) may be reached without the operator's leave. */
export function isPublicAddress(address: string): boolean {
  const bare = address.split("%")[0]!;
  if (isIPv4(bare)) return !closed4.check(bare, "ipv4");
  if (isIP(bare) !== 6 || compatible.check(bare, "ipv6")) return false;
  const embedded = embeddedAddress(bare);
  if (embedded !== null) return isPublicAddress(embedded);
  return open6.check(bare, "ipv6") && !closed6.check(bare, "ipv6");
}

/** The IPv4 address that an IPv6 address carries; null where it carries none. */
export function embeddedAddress(address: string): string | null {
  const carrier = carriers.find(({ net }) => net.check(address, "ipv6"));
  return carrier ? carried(address, carrier.at) : null;
}

/** The hosts an operator allowed: `host`, or `host:port` for one port of it. */
export function allowList(hosts: readonly string[]): (url: URL) => boolean {
  const allowed = new Set(hosts.map((host) => host.trim().toLowerCase()).filter((host) => host !== ""));
  return (url) => allowed.has(url.hostname) || allowed.has(`${url.hostname}:${url.port || defaultPort(url)}`);
}

const defaultPort = (url: URL): string => (url.protocol === "https:" ? "443" : "80");

function carried(address: string, at: number): string {
  const groups = expand(address).slice(at, at + 2);
  return groups.flatMap((g) => [g >> 8, g & 255]).join(".");
}

/** The eight groups of an IPv6 address. */
function expand(address: string): number[] {
  const hex = new URL(`http://[${address}]`).hostname.slice(1, -1); // also turns a dotted tail into groups
  const [head = "", tail = ""] = hex.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((g) => parseInt(g, 16)));
  const [before, after] = [groups(head), groups(tail)];
  return [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
}

function subnets(family: "ipv4" | "ipv6", nets: [string, number][]): BlockList {
  const list = new BlockList();
  for (const [net, prefix] of nets) list.addSubnet(net, prefix, family);
  return list;
}
