import { cutText } from "#kernel/characters.ts";
import { isObject } from "#kernel/json.ts";

/** How a sender signs its webhooks with a shared secret (HMAC). */
export interface Signing {
  /** The header with the signature. */
  header: string;
  algorithm: "sha1" | "sha256" | "sha512";
  encoding: "hex" | "base64";
  /** What stands before the signature; others in the header, apart by spaces or commas, are passed over. */
  prefix: string;
  /**
   * What is signed: `{body}`, or `{form}`: the names and values of a web form in the order of the names, with nothing between them. With it
   * `{timestamp}`, `{id}` and `{url}`, the address that the sender was given.
   */
  signed: string;
  /** Where the time of signing is, in seconds: a header, or a part of the signature's header such as `t=`. */
  timestamp?: { header: string } | { part: string };
  /** The header of the delivery's id. */
  id?: string;
  /** How far the time may be from now. */
  toleranceSeconds: number;
  /** The secret is base64 after this prefix. */
  secretPrefix?: string;
  /** How the sender makes sure of an address: it posts a text, and wants it back with the text's own signature in hex. */
  proof?: {
    /** The member of the body that tells such a request, and its value. */
    when: readonly [path: string, value: string];
    /** Where the text is in the body. */
    text: string;
    /** The members of the answer: the text, and its signature. */
    answer: readonly [text: string, signature: string];
  };
}

const usual = { algorithm: "sha256", encoding: "hex", prefix: "", signed: "{body}", toleranceSeconds: 300 } as const;
const standard = (prefix: string): Signing => ({
  ...usual,
  header: `${prefix}-signature`,
  encoding: "base64",
  prefix: "v1,",
  signed: "{id}.{timestamp}.{body}",
  timestamp: { header: `${prefix}-timestamp` },
  id: `${prefix}-id`,
  secretPrefix: "whsec_",
});

/** Senders whose way of signing is public, by the name a trigger gives them. */
export const signings: Readonly<Record<string, Signing>> = {
  github: { ...usual, header: "x-hub-signature-256", prefix: "sha256=" },
  shopify: { ...usual, header: "x-shopify-hmac-sha256", encoding: "base64" },
  woocommerce: { ...usual, header: "x-wc-webhook-signature", encoding: "base64" },
  stripe: { ...usual, header: "stripe-signature", prefix: "v1=", signed: "{timestamp}.{body}", timestamp: { part: "t=" } },
  slack: {
    ...usual,
    header: "x-slack-signature",
    prefix: "v0=",
    signed: "v0:{timestamp}:{body}",
    timestamp: { header: "x-slack-request-timestamp" },
  },
  zoom: {
    ...usual,
    header: "x-zm-signature",
    prefix: "v0=",
    signed: "v0:{timestamp}:{body}",
    timestamp: { header: "x-zm-request-timestamp" },
    proof: { when: ["event", "endpoint.url_validation"], text: "payload.plainToken", answer: ["plainToken", "encryptedToken"] },
  },
  twilio: { ...usual, header: "x-twilio-signature", algorithm: "sha1", encoding: "base64", signed: "{url}{form}" },
  calendly: {
    ...usual,
    header: "calendly-webhook-signature",
    prefix: "v1=",
    signed: "{timestamp}.{body}",
    timestamp: { part: "t=" },
  },
  meta: { ...usual, header: "x-hub-signature-256", prefix: "sha256=" },
  typeform: { ...usual, header: "typeform-signature", encoding: "base64", prefix: "sha256=" },
  calcom: { ...usual, header: "x-cal-signature-256" },
  lemonsqueezy: { ...usual, header: "x-signature" },
  linear: { ...usual, header: "linear-signature" },
  standard: standard("webhook"),
  svix: standard("svix"),
};

/** What people call those senders, within a sentence. */
export const signingTitles: Readonly<Record<string, string>> = {
  github: "GitHub",
  shopify: "Shopify",
  woocommerce: "WooCommerce",
  stripe: "Stripe",
  slack: "Slack",
  zoom: "Zoom",
  twilio: "Twilio",
  calendly: "Calendly",
  meta: "Meta",
  typeform: "Typeform",
  calcom: "Cal.com",
  lemonsqueezy: "Lemon Squeezy",
  linear: "Linear",
  standard: "Standard Webhooks",
  svix: "Svix",
};

/** A way of signing as flows and definitions write it: the name of a known one, or how it is made (see readSigning). */
export type SigningInput =
  | string
  | {
      header: string;
      algorithm?: Signing["algorithm"];
      encoding?: Signing["encoding"];
      prefix?: string;
      signed?: string;
      timestamp?: string;
      id?: string;
      toleranceSeconds?: number;
    };

/** Equal content is recognised as a repeat for that long, so an older replay would pass for a new event. */
const longestToleranceSeconds = 900;
const headerName = /^[a-z0-9-]{1,80}$/i;
const checks: Record<string, (value: unknown) => boolean> = {
  header: (value) => typeof value === "string" && headerName.test(value),
  algorithm: (value) => value === "sha1" || value === "sha256" || value === "sha512",
  encoding: (value) => value === "hex" || value === "base64",
  prefix: (value) => typeof value === "string" && value.length <= 40 && !/\s/.test(value),
  signed: (value) => typeof value === "string" && value.length <= 200 && value.includes("{body}") !== value.includes("{form}"),
  timestamp: (value) => typeof value === "string" && headerName.test(value),
  id: (value) => typeof value === "string" && headerName.test(value),
  toleranceSeconds: (value) => Number.isInteger(value) && Number(value) >= 10 && Number(value) <= longestToleranceSeconds,
};

/** The way of signing that a trigger's `signature` names or describes; a sentence where it is none. */
export function readSigning(input: unknown): Signing | string {
  if (typeof input === "string" && Object.hasOwn(signings, input)) return signings[input]!;
  const names = Object.keys(signings).join(", ");
  if (!isObject(input)) return `is one of ${names}, or an object with the header and how it is made`;
  for (const [name, value] of Object.entries(input)) {
    if (!Object.hasOwn(checks, name)) return `has no member '${cutText(name, 40)}'; it takes ${Object.keys(checks).join(", ")}`;
    if (!checks[name]!(value)) return `has a '${name}' that is none`;
  }
  if (input["header"] === undefined) return "needs the header that the signature is in";
  const { header, timestamp, id, ...rest } = input as Record<string, string>;
  const signed = rest["signed"] ?? (timestamp === undefined ? "{body}" : "{timestamp}.{body}");
  if (signed.includes("{timestamp}") !== (timestamp !== undefined))
    return "names the timestamp's header, and signs {timestamp}, or neither";
  if (signed.includes("{id}") && id === undefined) return "signs {id} and does not name its header";
  return {
    ...usual,
    ...rest,
    header: header!.toLowerCase(),
    signed,
    ...(timestamp !== undefined && { timestamp: { header: timestamp.toLowerCase() } }),
    ...(id !== undefined && { id: id.toLowerCase() }),
  };
}
