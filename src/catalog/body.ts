import { randomBytes } from "node:crypto";
import { isObject } from "#kernel/json.ts";
import type { Slot } from "./compile.ts";
import { textOf } from "./text.ts";

export interface EncodedBody {
  content: string | Uint8Array;
  type: string;
}
/** A file in a step's input. */
interface FileInput {
  filename: string;
  contentType?: string;
  base64: string;
}

/** The body's fields in the operation's wire format; undefined when there is nothing to send. */
export function encodeBody(
  format: "json" | "form" | "multipart",
  slots: readonly Slot[],
  read: (slot: Slot) => unknown,
): EncodedBody | undefined {
  const whole = slots[0]!.wire === "" ? slots[0] : undefined;
  if (whole && format === "json") return encodeWhole(read(whole));
  const members: Record<string, unknown> = {};
  for (const slot of slots) {
    const value = read(slot);
    if (slot === whole && isObject(value)) Object.assign(members, value);
    else if (value !== undefined) members[slot.wire] = slot.field.join && Array.isArray(value) ? value.join(",") : value;
  }
  if (format === "form") return encodeForm(members);
  if (format === "multipart") return encodeMultipart(members);
  return { content: JSON.stringify(members), type: "application/json" };
}

/** A text goes as it is: as JSON when it looks like it, so that a template may write the body by hand. */
function encodeWhole(value: unknown): EncodedBody | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== "string") return { content: JSON.stringify(value), type: "application/json" };
  return { content: value, type: /^\s*[[{"]/.test(value) ? "application/json" : "text/plain; charset=utf-8" };
}

function encodeForm(members: Record<string, unknown>): EncodedBody {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(members)) if (value !== null) form.append(name, textOf(value));
  return { content: form.toString(), type: "application/x-www-form-urlencoded" };
}

function encodeMultipart(members: Record<string, unknown>): EncodedBody {
  const boundary = `millrace${randomBytes(16).toString("hex")}`;
  const parts = Object.entries(members).flatMap(([name, value]) => [`--${boundary}\r\n`, ...part(name, value), "\r\n"]);
  const content = Buffer.concat([...parts, `--${boundary}--\r\n`].map((p) => (typeof p === "string" ? Buffer.from(p) : p)));
  return { content, type: `multipart/form-data; boundary=${boundary}` };
}

function part(name: string, value: unknown): (string | Uint8Array)[] {
  const head = `Content-Disposition: form-data; name="${quoted(name)}"`;
  if (!isFile(value)) return [`${head}\r\n\r\n`, textOf(value)];
  const type = quoted(value.contentType ?? "application/octet-stream");
  return [`${head}; filename="${quoted(value.filename)}"\r\nContent-Type: ${type}\r\n\r\n`, Buffer.from(value.base64, "base64")];
}

const isFile = (value: unknown): value is FileInput & Record<string, unknown> =>
  isObject(value) && typeof value["filename"] === "string" && typeof value["base64"] === "string";
const quoted = (text: string): string => text.replace(/[\r\n"]/g, (c) => encodeURIComponent(c));
