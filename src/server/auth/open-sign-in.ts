import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "#kernel/clock.ts";
import { openApiKeys } from "./api-keys.ts";
import { createWrongKeys } from "./attempts.ts";
import { dataFiles, readApiKey, writePrivate } from "../start/data-folder.ts";
import { openSessions } from "./sessions.ts";
import type { Settings } from "../start/settings.ts";
import { createSignInLinks } from "./sign-in-links.ts";
import { createSignIn } from "./sign-in.ts";
import { firstWorkspaceId, type Store } from "../start/store.ts";

interface Parts {
  log: FastifyBaseLogger;
  clock: Clock;
  publicUrl: () => string;
  onEnded: () => void;
}

/** The API keys, the sessions of browsers, and the one-time links. The first start makes the key of the first workspace. */
export async function openSignIn(
  { dataDir, trustedProxies: trusted, localSignIn, metricsKey }: Settings,
  store: Store,
  { log, clock, publicUrl, onEnded }: Parts,
) {
  const file = dataFiles(dataDir).apiKey;
  const isOperator = (workspaceId: string) => workspaceId === firstWorkspaceId;
  /** The command line on this machine works in the first workspace. */
  const keepKey = (workspaceId: string, key: string) => {
    if (isOperator(workspaceId)) writePrivate(file, `${key}\n`);
  };
  const keys = await openApiKeys({ store: store.apiKeys, clock });
  const newKey = await keys.ensure(firstWorkspaceId);
  if (newKey !== null) keepKey(firstWorkspaceId, newKey);
  const sessions = await openSessions({
    store: store.sessions,
    keyId: keys.keyId,
    clock,
    onStoreProblem: (err) => log.error({ err }, "A sign-in could not be written to the store, so it may not survive a restart"),
  });
  const wrongKeys = createWrongKeys({
    clock,
    onLimit: (address) => log.warn({ address }, "Wrong API keys keep coming from this address; they are answered 429 for a minute"),
  });
  const links = localSignIn ? createSignInLinks(clock) : null;
  const signIn = createSignIn({
    keys,
    sessions,
    links,
    wrongKeys,
    publicUrl,
    trusted,
    keepKey,
    isOperator,
    onEnded,
    onEvent: (what, address) => log.info({ address }, `Somebody ${what}`),
    ...(metricsKey !== undefined && { metricsKey }),
  });
  /** Another process changed who may come in. */
  const reread = async () => {
    await Promise.all([keys.reread(), sessions.reread()]);
    onEnded();
  };
  const isThere = () => keys.find(readApiKey(dataDir) ?? "") !== undefined;
  return { signIn, isOperator, links, reread, apiKey: { file, isNew: newKey !== null, isThere } };
}
