import { createHash, createSecretKey } from "node:crypto";
import { CompactEncrypt, compactDecrypt, decodeProtectedHeader } from "jose";
import { flatSecret } from "#catalog/login.ts";
import { MillraceError } from "#kernel/errors.ts";
import { isObject } from "#kernel/json.ts";
import type { Secret } from "./types.ts";

/** Seals secrets with the newest key, and opens what any key of the ring has sealed. */
export interface Sealer {
  seal(connectionId: string, secret: Secret): Promise<string>;
  /** Throws SECRET_UNREADABLE when no key of the ring fits, or the seal was made for another connection. */
  open(connectionId: string, jwe: string): Promise<Secret>;
  /** Whether it was sealed with an older key. */
  isStale(jwe: string): boolean;
}

/**
 * Compact JWE, `dir` with A256GCM. The header is what GCM authenticates beside the text: it names the key and the connection,
 * so a secret that was moved to another connection's row does not open. The keys are kept as key objects, outside of what the heap holds.
 */
export function createSealer(keys: readonly Uint8Array[]): Sealer {
  const ring = new Map(keys.map((key) => [keyId(key), createSecretKey(key)]));
  const [newest] = [...ring.keys()];
  if (newest === undefined) throw new Error("a sealer needs a key");
  return {
    seal: (connectionId, secret) =>
      new CompactEncrypt(Buffer.from(JSON.stringify(secret)))
        .setProtectedHeader({ alg: "dir", enc: "A256GCM", kid: newest, cid: connectionId })
        .encrypt(ring.get(newest)!),
    async open(connectionId, jwe) {
      const header = headerOf(jwe);
      const key = typeof header.kid === "string" ? ring.get(header.kid) : undefined;
      if (!key || header.cid !== connectionId)
        throw unreadable(connectionId, key ? "it was sealed for another connection" : "its key is not in MILLRACE_ENCRYPTION_KEY");
      const { plaintext } = await compactDecrypt(jwe, key, {
        keyManagementAlgorithms: ["dir"],
        contentEncryptionAlgorithms: ["A256GCM"],
      }).catch(() => Promise.reject(unreadable(connectionId, "it was changed, or the key is another one")));
      const sealed: unknown = JSON.parse(Buffer.from(plaintext).toString("utf8"));
      return isObject(sealed) ? flatSecret(sealed) : {};
    },
    isStale: (jwe) => headerOf(jwe).kid !== newest,
  };
}

/** The id of the key that sealed it; null where that cannot be read. */
export function sealedBy(jwe: string): string | null {
  const { kid } = headerOf(jwe);
  return typeof kid === "string" ? kid : null;
}

/** A name for a key that tells nothing of it. */
export function keyId(key: Uint8Array): string {
  if (key.length !== 32) throw new Error("a sealing key has 32 bytes");
  return createHash("sha256").update("millrace key id").update(key).digest("base64url").slice(0, 12);
}

function headerOf(jwe: string): { kid?: unknown; cid?: unknown } {
  try {
    const header: unknown = decodeProtectedHeader(jwe);
    return isObject(header) ? header : {};
  } catch {
    return {};
  }
}

const unreadable = (connection: string, problem: string) => new MillraceError("SECRET_UNREADABLE", { details: { connection, problem } });
