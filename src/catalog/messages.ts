import { getPath, isObject } from "#kernel/json.ts";
import type { ContactsRule, MessageChannel, Operation } from "./types.ts";

/** A message that an operation sends with an input. */
export interface Message {
  channel: MessageChannel;
  to: { contact: string } | { address: string };
  /** When it is scheduled for, epoch ms, and the input that says so; null: it is sent at once. */
  at: { input: string; ms: number } | null;
}

/** The message that an operation would send with a prepared input; null where it sends none to a person. */
export function messageOf({ message }: Pick<Operation, "message">, input: Readonly<Record<string, unknown>>): Message | null {
  if (!message) return null;
  const channel = typeof message.channel === "string" ? message.channel : message.channel.values[textIn(input, message.channel.input)];
  const isContact = "contact" in message.to;
  const to = textIn(input, "contact" in message.to ? message.to.contact : message.to.address);
  if (channel === undefined || to === "") return null;
  return { channel, to: isContact ? { contact: to } : { address: to }, at: scheduled(message.at, input) };
}

function scheduled(name: string | undefined, input: Readonly<Record<string, unknown>>): Message["at"] {
  const seconds = name === undefined ? undefined : input[name];
  return name !== undefined && typeof seconds === "number" ? { input: name, ms: seconds * 1000 } : null;
}

const textIn = (input: Readonly<Record<string, unknown>>, name: string): string => {
  const value = input[name];
  return typeof value === "string" ? value.trim() : "";
};

/** What a record of a contact says of a message to it. */
export interface ContactWishes {
  name?: string;
  phone?: string;
  zone?: string;
  /** What the contact has switched off; null: neither everything nor this channel. */
  blocked: "all" | "channel" | null;
}

/** Reads a record of a contact. What is missing is left out; what is not an object says nothing. */
export function wishesOf(rule: ContactsRule, record: unknown, channel: MessageChannel): ContactWishes {
  if (!isObject(record)) return { blocked: null };
  const text = (path: string): string | undefined => {
    const value = getPath(record, path);
    return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
  };
  const isOff = rule.blockedChannels.paths[channel]?.some((path) => rule.blockedChannels.values.includes(text(path) ?? "")) ?? false;
  const name = rule.name.map(text).find((found) => found !== undefined);
  const [phone, zone] = [text(rule.phone), text(rule.zone)];
  return {
    blocked: getPath(record, rule.blocked) === true ? "all" : isOff ? "channel" : null,
    ...(name !== undefined && { name }),
    ...(phone !== undefined && { phone }),
    ...(zone !== undefined && { zone }),
  };
}

/** To whom a message goes, as far as the message policy decides by it. */
export interface Recipient {
  channel: MessageChannel;
  /** The person within the workspace, the same for every flow: a contact of a sub-account, or an address. */
  person: string;
  /** What people call them, where that is known. */
  name: string | null;
  /** What the contact has switched off. */
  blocked: "all" | "channel" | null;
  /** The zone in which the person lives, or else that of the account; null where neither is known. */
  zone: string | null;
  /** When the message is scheduled for, epoch ms, and the input that says so in seconds; null: at once. */
  at: { input: string; ms: number } | null;
}

/** Which facts of a recipient are needed. Those that are not are not read. */
export interface RecipientNeeds {
  blocked: boolean;
  zone: boolean;
}
