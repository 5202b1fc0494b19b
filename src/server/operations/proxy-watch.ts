import type { IncomingMessage } from "node:http";
import type { Clock } from "#kernel/clock.ts";
import { dayMs } from "#kernel/durations.ts";
import { behindUnnamedProxy, clientAddress, type TrustedProxies } from "../http/access.ts";
import { warn, type Finding } from "./findings.ts";

/** For so long after the last such request it is reported. */
const reportedMs = dayMs;

/** Notices requests that come through a proxy or tunnel on this machine that is not trusted: lists of allowed addresses refuse them. */
export class ProxyWatch {
  readonly #clock: Clock;
  readonly #trusted: TrustedProxies;
  #seenAt = -Infinity;

  constructor(clock: Clock, trusted: TrustedProxies) {
    this.#clock = clock;
    this.#trusted = trusted;
  }

  /** Where a request comes from. */
  readonly addressOf = (request: IncomingMessage): string => {
    const address = clientAddress(request, this.#trusted);
    if (address === behindUnnamedProxy) this.#seenAt = this.#clock.now();
    return address;
  };

  findings(): Finding[] {
    if (this.#clock.now() - this.#seenAt >= reportedMs) return [];
    const says =
      "requests come through a proxy or tunnel on this machine that MILLRACE_TRUSTED_PROXIES does not name. They share one limit, and lists of allowed addresses refuse them all. Set MILLRACE_TRUSTED_PROXIES=loopback";
    return [warn("proxy", says)];
  }
}
