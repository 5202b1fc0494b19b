import type { Row } from "../table.ts";

/** A marketplace app, as its developer registered it in the portal. */
export interface OAuthApp extends Row {
  clientId: string;
  clientSecret: string;
  versionId: string;
  name: string;
  redirectUris: string[];
  /** Any `http` address of this machine is a good redirect as well. The vendor's portal refuses those; here nobody has another. */
  loopbackRedirects: boolean;
  scopes: string[];
  /** The sub-accounts it was let into. */
  installs: Install[];
  /** Set while an agency has it, beside the sub-accounts. */
  agency?: { installedAt: number; future: boolean };
  /** Channels of its own in which messages can be sent. */
  providers?: Provider[];
  /** The default address of its webhooks. Without it nothing is sent. */
  webhookUrl?: string;
  /** Events that go to an address of their own. */
  eventUrls?: Record<string, string>;
  /** The events that are ticked; all when absent. */
  events?: string[];
  /** Which signatures a webhook carries; the new one when absent. */
  signatures?: Signatures;
  /** Whether families that are documented without a `type` carry one all the same. */
  typed?: boolean;
  /** Which answers make a webhook come again; 429 alone when absent. */
  retries?: RetryPolicy;
}

export interface Install {
  locationId: string;
  installedAt: number;
  planId?: string;
  onTrial?: boolean;
}

/** A conversation provider: what is sent through it goes to its delivery address, if it has one. */
export interface Provider {
  id: string;
  type: "SMS" | "Email" | "Custom";
  deliveryUrl?: string;
}

export const signatureKinds = ["new", "both", "old", "none"] as const;
export type Signatures = (typeof signatureKinds)[number];
export const retryPolicies = ["throttled", "failed"] as const;
export type RetryPolicy = (typeof retryPolicies)[number];

/** Where an app is installed, among the locations named (anywhere, when none is). */
export const isInstalled = ({ installs, agency }: OAuthApp, locationIds: readonly string[] = []): boolean =>
  locationIds.length === 0
    ? installs.length > 0 || agency !== undefined
    : installs.some(({ locationId }) => locationIds.includes(locationId));
