interface Sender {
  title: string;
  /** The header that holds the signature; null where the person names it. */
  header: string | null;
  /** Whether the time of signing is signed with it. */
  timed: boolean;
}

/** The senders that Millrace knows by name; the server's own table says the rest. */
export const senders = {
  github: { title: "GitHub", header: "x-hub-signature-256", timed: false },
  shopify: { title: "Shopify", header: "x-shopify-hmac-sha256", timed: false },
  woocommerce: { title: "WooCommerce", header: "x-wc-webhook-signature", timed: false },
  stripe: { title: "Stripe", header: "stripe-signature", timed: true },
  slack: { title: "Slack", header: "x-slack-signature", timed: true },
  zoom: { title: "Zoom", header: "x-zm-signature", timed: true },
  twilio: { title: "Twilio", header: "x-twilio-signature", timed: false },
  calendly: { title: "Calendly", header: "calendly-webhook-signature", timed: true },
  meta: { title: "Meta (Facebook, Instagram, WhatsApp)", header: "x-hub-signature-256", timed: false },
  typeform: { title: "Typeform", header: "typeform-signature", timed: false },
  calcom: { title: "Cal.com", header: "x-cal-signature-256", timed: false },
  lemonsqueezy: { title: "Lemon Squeezy", header: "x-signature", timed: false },
  linear: { title: "Linear", header: "linear-signature", timed: false },
  standard: { title: "Standard Webhooks", header: "webhook-signature", timed: true },
  svix: { title: "Svix", header: "svix-signature", timed: true },
} as const satisfies Record<string, Sender>;
