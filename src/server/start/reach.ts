import { isLoopbackHost } from "#kernel/loopback.ts";

/** Where Millrace listens, and the address that others use for it. */
export interface Reach {
  host: string;
  publicUrl?: string;
}

/** Whether only this machine can reach Millrace, as far as the settings say. */
export function isOnThisMachineOnly({ host, publicUrl }: Reach): boolean {
  return listensLocally(host) && (publicUrl === undefined || isLoopbackHost(new URL(publicUrl).host));
}

/** Whether Millrace listens only to connections from this machine. */
export const listensLocally = (host: string): boolean => isLoopbackHost(host.includes(":") ? `[${host.replace(/^\[|\]$/g, "")}]` : host);
