import { existsSync, renameSync } from "node:fs";
import { keysByCommand, readKeys, keyLost, type KeyRing } from "#vault/keys.ts";
import { keyId, sealedBy } from "#vault/seal.ts";
import { dataFiles } from "../start/data-folder.ts";
import type { Settings } from "../start/settings.ts";
import type { Store } from "../start/store.ts";

/**
 * The sealing keys, checked against the store: where logins are sealed and none of these keys opens any, somebody mislaid the key, and
 * a start that went on would break every connection. With `asNew` it goes on, and that is remembered.
 */
export async function openKeys(
  { dataDir, ...settings }: Pick<Settings, "dataDir" | "encryptionKey" | "encryptionKeyCommand">,
  { vault, accounts, marks }: Pick<Store, "vault" | "accounts" | "marks">,
  { asNew }: { asNew: boolean },
): Promise<KeyRing> {
  const file = dataFiles(dataDir).encryptionKey;
  const { encryptionKeyCommand: command } = settings;
  const encryptionKey = command === undefined ? settings.encryptionKey : await keysByCommand(command);
  const factors = (await accounts.all()).accounts.flatMap(({ totpJwe }) => totpJwe ?? []);
  const sealers = new Set([...(await vault.allSealed()).map(({ jwe }) => jwe), ...factors].map(sealedBy));
  const isNeeded = sealers.size > 0;
  if (asNew && encryptionKey === undefined) setAside(file, sealers);
  const ring = readKeys({ value: encryptionKey, file, mayMake: !isNeeded || asNew });
  const ids = ring.keys.map(keyId);
  const accepted = await marks.read<string>("key");
  if (isNeeded && !asNew && !ids.some((id) => sealers.has(id) || id === accepted)) {
    const source = keySourceName(settings) ?? file;
    throw keyLost(`the key in ${source} is not the one that sealed its logins`);
  }
  await marks.write({ key: ids[0] });
  return ring;
}

/** The setting that the keys come from; null where they are in a file of the data folder. */
export function keySourceName(settings: Pick<Settings, "encryptionKey" | "encryptionKeyCommand">): string | null {
  if (settings.encryptionKeyCommand !== undefined) return "MILLRACE_ENCRYPTION_KEY_COMMAND";
  return settings.encryptionKey === undefined ? null : "MILLRACE_ENCRYPTION_KEY";
}

/** A key file that opens nothing makes room for a new one, and is kept: it may open an older backup. */
function setAside(file: string, sealers: ReadonlySet<string | null>): void {
  if (!existsSync(file) || isOfUse(file, sealers)) return;
  renameSync(file, `${file}.${new Date().toISOString().slice(0, 19).replaceAll(":", "-")}`);
}

function isOfUse(file: string, sealers: ReadonlySet<string | null>): boolean {
  try {
    const { keys } = readKeys({ value: undefined, file, mayMake: false });
    return sealers.size === 0 || keys.some((key) => sealers.has(keyId(key)));
  } catch {
    return false;
  }
}
