import { resolve } from "node:path";
import { z } from "zod";
import { readSettings } from "#kernel/settings.ts";
import { readApiKey, readServerNote } from "#server/start/data-folder.ts";
import { listenSettings } from "#server/start/settings.ts";

/** Which Millrace the command line speaks to. */
export const addressSettings = z.object({
  MILLRACE_URL: z
    .url({ protocol: /^https?$/, error: "must be an http or https address, such as https://millrace.example.com" })
    .optional()
    .describe("The Millrace that commands speak to. The one that runs on the data folder when unset."),
  MILLRACE_API_KEY: z
    .string()
    .regex(/^\S+$/, "must be the key alone, without a space")
    .optional()
    .describe("The API key they show. The one kept in the data folder when unset; that one is sent to this machine only."),
  MILLRACE_DATA: listenSettings.shape.MILLRACE_DATA,
  MILLRACE_PORT: listenSettings.shape.MILLRACE_PORT,
});

export interface Address {
  /** Without a slash at its end. */
  url: string;
  key: string | null;
  /** Whether it is the Millrace of this machine's data folder. */
  local: boolean;
  dataDir: string;
}

/** Where Millrace is and what opens its door. The key of the data folder is for its own Millrace, and goes nowhere else. */
export function findMillrace(env: Record<string, string | undefined>): Address {
  const settings = readSettings(addressSettings, env);
  const dataDir = resolve(settings.MILLRACE_DATA);
  const url = settings.MILLRACE_URL ?? readServerNote(dataDir)?.url ?? `http://127.0.0.1:${settings.MILLRACE_PORT}`;
  const local = settings.MILLRACE_URL === undefined || isLoopback(url);
  const key = settings.MILLRACE_API_KEY ?? (local ? readApiKey(dataDir) : null);
  return { url: url.replace(/\/+$/, ""), key, local, dataDir };
}

const isLoopback = (url: string) => /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(new URL(url).hostname);
