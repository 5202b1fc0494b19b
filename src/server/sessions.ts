import { createHmac, timingSafeEqual } from "node:crypto";
import type { Clock } from "#kernel/clock.ts";

/** `local`: good on this machine only. `key`: made for an API key that is honoured from everywhere. */
export type SessionKind = "local" | "key";

/** The web page's sign-in: a signed value in a cookie, nothing kept on the server. */
export interface Sessions {
  issue(kind: SessionKind): { value: string; maxAgeSeconds: number };
  /** The kind of a valid session; undefined for one that is forged, too old, or older than the present API key. */
  read(value: string | undefined): SessionKind | undefined;
}

const lifetimeMs = 12 * 3_600_000;

/** `generation` is bound into each signature: rotating the API key signs every page out. */
export function createSessions({ secret, generation, clock }: { secret: Uint8Array; generation: () => string; clock: Clock }): Sessions {
  const sign = (body: string) => createHmac("sha256", secret).update(`${body}\n${generation()}`).digest("base64url");
  return {
    issue(kind) {
      const body = `v1.${kind}.${clock.now() + lifetimeMs}`;
      return { value: `${body}.${sign(body)}`, maxAgeSeconds: lifetimeMs / 1000 };
    },
    read(value) {
      const [, body, kind, expires, mac] = /^(v1\.(local|key)\.(\d+))\.([\w-]+)$/.exec(value ?? "") ?? [];
      if (body === undefined || mac === undefined || !equal(mac, sign(body)) || Number(expires) <= clock.now()) return undefined;
      return kind as SessionKind;
    },
  };
}

function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
