import type { FastifyBaseLogger } from "fastify";
import type { Clock } from "#kernel/clock.ts";
import type { Sealer } from "#vault/seal.ts";
import { ClientDocuments, type ReadText } from "../oauth/client-documents.ts";
import { AgentService } from "../oauth/agent-service.ts";
import { principalOf } from "./principal-of.ts";
import { AccountService } from "./account-service.ts";
import { openAccounts } from "./accounts.ts";
import { actorNames } from "./actor-names.ts";
import { openApiKeys } from "./api-keys.ts";
import { createAttemptLimit } from "./attempts.ts";
import { dataFiles, readApiKey, writePrivate } from "../start/data-folder.ts";
import { createMailer } from "./mailer.ts";
import { createPasskeys } from "./passkeys.ts";
import { createSingleSignOn, type Provider } from "./single-sign-on.ts";
import { createPasswords } from "./passwords.ts";
import { createSecondFactor } from "./second-factor.ts";
import { openSessions } from "./sessions.ts";
import type { Settings } from "../start/settings.ts";
import { createSignInLinks } from "./sign-in-links.ts";
import { createSignIn } from "./sign-in.ts";
import { firstWorkspaceId, type Store } from "../start/store.ts";
import { WorkspaceService } from "./workspace-service.ts";

interface Parts {
  log: FastifyBaseLogger;
  clock: Clock;
  sealer: Sealer;
  publicUrl: () => string;
  onAccessChanged: () => void;
  readText: ReadText;
}

/** The accounts of people, the API keys, the sessions of browsers, and the one-time links. The first start makes the key of the first workspace. */
export async function openSignIn(settings: Settings, store: Store, { log, clock, sealer, publicUrl, onAccessChanged, readText }: Parts) {
  const { dataDir, trustedProxies: trusted, localSignIn, metricsKey } = settings;
  const file = dataFiles(dataDir).apiKey;
  const isOperator = (workspaceId: string) => workspaceId === firstWorkspaceId;
  /** The command line on this machine works in the first workspace. */
  const keepKey = (workspaceId: string, key: string) => {
    if (isOperator(workspaceId)) writePrivate(file, `${key}\n`);
  };
  const accounts = await openAccounts(store.accounts);
  const onStoreProblem = (err: unknown) => log.error({ err }, "Could not store a sign-in; it may be lost at the next restart");
  const keys = await openApiKeys({ store: store.apiKeys, clock, onStoreProblem });
  const newKey = await keys.ensure(firstWorkspaceId);
  if (newKey !== null) keepKey(firstWorkspaceId, newKey);
  const hasAccess = (workspaceId: string, accountId: string | null) =>
    accountId === null ? !accounts.hasMembers(workspaceId) : accounts.member(workspaceId, accountId) !== undefined;
  const sessions = await openSessions({ store: store.sessions, keyId: keys.keyId, hasAccess, clock, onStoreProblem });
  const attempts = createAttemptLimit({
    clock,
    onLimit: (address) => log.warn({ address }, "Too many failed sign-ins from this address; rejecting with 429 for a minute"),
  });
  const links = createSignInLinks(clock);
  const signIn = createSignIn({
    keys,
    sessions,
    accounts,
    links,
    localSignIn,
    attempts,
    publicUrl,
    trusted,
    keepKey,
    isOperator,
    onAccessChanged,
    sealer,
    clock,
    onEvent: (what, address) => log.info({ address }, `Somebody ${what}`),
    ...(metricsKey !== undefined && { metricsKey }),
  });
  const secondFactor = createSecondFactor({ store: store.accounts, sealer, clock });
  const accountService = new AccountService({
    accounts,
    sessions,
    agents: store.agents,
    publicUrl,
    clock,
    log,
    onAccessChanged,
    store: store.accounts,
    passwords: createPasswords(),
    secondFactor,
    mailer: mailerOf(settings),
  });
  const workspaceService = new WorkspaceService({ store: store.accounts, accounts, clock });
  /** Another process changed who may come in. */
  const reread = async () => {
    await Promise.all([keys.reread(), sessions.reread(), accounts.reread()]);
    onAccessChanged();
  };
  /** After a change of the sealing key. */
  const reseal = async () => {
    await secondFactor.reseal(accounts.all());
    await accounts.reread();
  };
  const isThere = () => keys.find(readApiKey(dataDir) ?? "") !== undefined;
  const passkeys = createPasskeys({ store: store.accounts, publicUrl, clock });
  const singleSignOn = singleSignOnOf(settings, { store: store.accounts, publicUrl, clock, log });
  const agentService = new AgentService({
    agents: store.agents,
    clientDocuments: new ClientDocuments({ readText, clock }),
    accounts,
    keys,
    principalOf: (visitor) => principalOf(visitor, { isOperator, accounts }),
    publicUrl,
    clock,
    onStoreProblem,
  });
  const people = {
    agentService,
    actorNames: actorNames(accounts, keys, store.agents),
    passkeys,
    singleSignOn,
    accounts,
    accountService,
    workspaceService,
    apiKeys: keys,
    sessions,
    onAccessChanged,
  };
  return { signIn, people, isOperator, links, reread, reseal, apiKey: { file, isNew: newKey !== null, isThere } };
}

const mailerOf = ({ smtpUrl, mailFrom }: Settings) => (smtpUrl === undefined ? null : createMailer(smtpUrl, mailFrom ?? senderOf(smtpUrl)));

function singleSignOnOf(settings: Settings, parts: Omit<Parameters<typeof createSingleSignOn>[0], "provider">) {
  const provider = providerOf(settings);
  return provider && createSingleSignOn({ ...parts, provider });
}

function providerOf({
  oidcIssuer: issuer,
  oidcClientId: clientId,
  oidcClientSecret: clientSecret,
  oidcName: name,
}: Settings): Provider | null {
  return issuer !== undefined && clientId !== undefined && clientSecret !== undefined ? { issuer, clientId, clientSecret, name } : null;
}

/** Without a sender of the settings: the login at the SMTP server where that is an address, else one at its host. */
function senderOf(smtpUrl: string): string {
  const { username, hostname } = new URL(smtpUrl);
  const user = decodeURIComponent(username);
  return user.includes("@") ? user : `millrace@${hostname}`;
}
