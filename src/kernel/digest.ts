import { hash } from "node:crypto";
import { canonicalJson } from "./json.ts";

/** 22 URL-safe characters (128 bits) that stand for a text. */
export const digest = (text: string | Uint8Array): string => hash("sha256", text, "buffer").subarray(0, 16).toString("base64url");

/** 22 characters that change when the value does, whatever the order of its keys. */
export const contentHash = (value: unknown): string => digest(canonicalJson(value));
