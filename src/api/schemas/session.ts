/** Signing in, one's own account, and who else is let in. */
import { z } from "zod";
import { keyRoles, roles } from "#kernel/roles.ts";
import { scopes } from "../principal.ts";

const email = z.string().max(254).trim().pipe(z.email("is not an e-mail address"));
/** In the list of changes Millrace itself goes by that name. */
const personName = z
  .string()
  .trim()
  .min(1, "is empty")
  .max(80)
  .refine((name) => !/^millrace$/i.test(name), "is what Millrace itself is called; use your own name");
/** What is compared with a password that is kept: any text. */
const givenPassword = z.string().min(1, "is empty").max(1000);
const code = z.string().max(40).optional();
const token = z.string().min(1).max(200);
const role = z.enum(roles);
/** The one sub-account that a client sees, as HighLevel calls it. */
const locationId = z.string().min(1).max(64).nullable().default(null);

/** An e-mail address with its password, the API key, or the token of a one-time link. */
export const sessionBody = z.union(
  [
    z.object({ email: z.string().max(254), password: givenPassword, code }),
    z.object({ key: z.string().min(1).max(200) }),
    z.object({ link: token }),
  ],
  "needs an address and a password as 'email' and 'password', an API key as 'key', or the token of a link as 'link'",
);

/** What the page for signing in offers. */
export const signInWays = z.object({
  /** Whether the first workspace has people with accounts. */
  hasAccounts: z.boolean(),
  /** Whether a forgotten password can be asked for by mail. */
  mail: z.boolean(),
  /** What the provider of single sign-on is called; null without one. */
  singleSignOn: z.string().nullable(),
  /** Whether passkeys can be used under this address. */
  passkeys: z.boolean(),
});

export const workspaceView = z.object({ id: z.string(), name: z.string() });

/** Who is signed in, and what they may do. */
export const sessionView = z.object({
  workspace: workspaceView,
  /** Where they may go. */
  workspaces: z.array(workspaceView),
  /** Null: signed in without an account, which is possible on this machine until the first account exists. */
  account: z.object({ id: z.string(), email: z.string(), name: z.string(), secondFactor: z.boolean() }).nullable(),
  /** The name of the API key that the request came with; null where it came with none. */
  apiKey: z.string().nullable(),
  role,
  locationId: z.string().nullable(),
  scopes: z.array(z.enum(scopes)),
});
export type SessionView = z.output<typeof sessionView>;

/** Addresses and ranges; empty: anywhere. */
export const allowedAddressesBody = z.object({ addresses: z.array(z.string().max(60)).max(100) });
export const allowedAddressesReply = z.object({
  addresses: z.array(z.string()),
  /** The address that asks. */
  own: z.string(),
});

export const moveBody = z.object({ workspace: z.string().max(64) });
export const workspaceBody = z.object({ name: z.string().trim().min(1, "is empty").max(80) });

/** The owner's account. */
export const ownerBody = z.object({ email, name: personName, password: givenPassword });
export const setUpOwnerBody = ownerBody.extend({ link: token });
export const openInvitationBody = z.object({ invitation: token });
export const openInvitationReply = z.object({
  email: z.string(),
  role,
  workspace: z.string(),
  /** Whether the address has an account: then its password is asked for, and no new one. */
  hasAccount: z.boolean(),
});
export const acceptBody = z.object({ invitation: token, name: personName.optional(), password: givenPassword, code });
export const forgottenBody = z.object({ email: z.string().max(254) });
export const resetBody = z.object({ reset: token, password: givenPassword, code });

export const singleSignOnBody = z.object({ invitation: token.optional() });
/** `browser` is given back at the end, by the same browser. */
export const singleSignOnReply = z.object({ url: z.string(), browser: z.string() });
export const finishSingleSignOnBody = z.object({
  state: token,
  browser: token,
  /** All that the provider added to the address, without the question mark. */
  query: z.string().max(10_000),
});

/** As browsers write them (WebAuthn); what they hold is checked where they are used. */
const webauthn = z.looseObject({ id: z.string().max(1400) });
export const passkeyOptions = z.looseObject({ challenge: z.string() });
export const passkeySignInBody = z.object({ response: webauthn });
/** `password`: the account's, where it has one. `code`: of the second factor, where it is on. */
export const passkeyOfferBody = z.object({ password: givenPassword.optional(), code });
export const passkeyBody = z.object({ name: personName, response: webauthn });
export const passkeyList = z.object({
  passkeys: z.array(z.object({ id: z.string(), name: z.string(), createdAt: z.number(), usedAt: z.number().nullable() })),
});

export const accountPatch = z.object({ name: personName });
export const passwordBody = z.object({ current: givenPassword, password: givenPassword });
export const secondFactorOffer = z.object({
  /** For typing it in. */
  secret: z.string(),
  /** For an authenticator app, which reads it as a picture. */
  uri: z.string(),
});
/** `current`: a code of the present second factor, or a recovery code, where one is on already. */
export const secondFactorBody = z.object({ secret: z.string().max(100), code: z.string().max(20), password: givenPassword, current: code });
/** The only time the codes can be read. */
export const recoveryCodesReply = z.object({ recoveryCodes: z.array(z.string()) });
export const secondFactorOffBody = z.object({ password: givenPassword, code });

export const accountSessions = z.object({
  sessions: z.array(
    z.object({
      id: z.string(),
      /** Whether it is the one that asks. */
      current: z.boolean(),
      address: z.string().nullable(),
      browser: z.string().nullable(),
      createdAt: z.number(),
      usedAt: z.number(),
    }),
  ),
});

export const memberView = z.object({
  id: z.string(),
  email: z.string(),
  name: z.string(),
  role,
  locationId: z.string().nullable(),
  secondFactor: z.boolean(),
  createdAt: z.number(),
  /** When they last used a page. */
  seenAt: z.number().nullable(),
});
export type MemberView = z.output<typeof memberView>;
export const memberList = z.object({ members: z.array(memberView) });
export type MemberList = z.output<typeof memberList>;
export const roleBody = z.object({ role, locationId }).superRefine(checkClient);

export const invitationBody = z.object({ email, role, locationId }).superRefine(checkClient);
export const invitationView = z.object({
  id: z.string(),
  email: z.string(),
  role,
  locationId: z.string().nullable(),
  invitedBy: z.string(),
  createdAt: z.number(),
  expiresAt: z.number(),
});
export const invitationList = z.object({ invitations: z.array(invitationView) });
/** `url`: the only time the link can be read. `mailed`: whether it went out by mail. */
export const invitationReply = z.object({ invitation: invitationView, url: z.string(), mailed: z.boolean() });
export type InvitationReply = z.output<typeof invitationReply>;
export const resetLinkReply = z.object({ url: z.string() });

const longestDays = 3650;
export const apiKeyBody = z.object({
  name: z.string().trim().min(1, "is empty").max(80),
  role: z.enum(keyRoles, "must be owner, builder, operator or viewer"),
  /** Only these of what the role may do. */
  scopes: z.array(z.enum(scopes)).min(1, "is empty: leave it out for all that the role may do").max(scopes.length).nullable().default(null),
  /** Addresses and ranges it works from. */
  allowedFrom: z.array(z.string().max(60)).min(1, "is empty: leave it out for anywhere").max(100).nullable().default(null),
  expiresInDays: z.number().int().min(1, "must be at least 1").max(longestDays, `must be at most ${longestDays}`).nullable().default(null),
});
export const apiKeyView = z.object({
  id: z.string(),
  name: z.string(),
  /** Its first characters. */
  prefix: z.string(),
  role,
  scopes: z.array(z.string()).nullable(),
  allowedFrom: z.array(z.string()).nullable(),
  createdAt: z.number(),
  expiresAt: z.number().nullable(),
  lastUsedAt: z.number().nullable(),
  madeBy: z.string().nullable(),
});
export type ApiKeyView = z.output<typeof apiKeyView>;
export const apiKeyList = z.object({ keys: z.array(apiKeyView) });
export const newApiKeyReply = z.object({ key: z.string(), view: apiKeyView });
export type NewApiKeyReply = z.output<typeof newApiKeyReply>;

/**
 * `url` can be used once, until `expiresAt`. It signs one browser in; where people have accounts, or Millrace can be reached from elsewhere, it
 * makes the owner's account, or gives an owner a new password.
 */
export const signInLinkReply = z.object({ url: z.string(), expiresAt: z.number(), opens: z.enum(["page", "account"]) });
/** The only time the key can be read. */
export const apiKeyReply = z.object({ key: z.string() });

/** A client, and nobody else, is for one sub-account. */
function checkClient({ role, locationId }: { role: (typeof roles)[number]; locationId: string | null }, check: z.RefinementCtx): void {
  if (role === "client" && locationId === null)
    check.addIssue({ code: "custom", path: ["locationId"], message: "is missing: which sub-account does the client see?" });
  if (role !== "client" && locationId !== null) check.addIssue({ code: "custom", path: ["locationId"], message: "is for clients alone" });
}
