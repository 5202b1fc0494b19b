import { isLoopbackHost } from "#kernel/loopback.ts";

/** Whether nobody on another machine can open an address. */
export const isThisMachine = (url: string): boolean => URL.canParse(url) && isLoopbackHost(new URL(url).hostname);

/** What is wrong with a link for others that only this machine can open, and what to do. */
export const onlyHereSentence = (url: string): string =>
  `It begins with ${new URL(url).hostname}, which nobody can open on another machine. Set MILLRACE_PUBLIC_URL to the address at which others reach this Millrace, then create the link again.`;

/** What keeps events from arriving at an address that only this machine can reach, and what to do. */
export const deafSentence = (url: string): string =>
  `Only programs on this machine can post to ${new URL(url).hostname}. For an app on the internet, set MILLRACE_PUBLIC_URL to the address at which it reaches this Millrace; then copy this address again.`;
