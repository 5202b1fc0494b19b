import type { PublicKeyCredentialCreationOptionsJSON, PublicKeyCredentialRequestOptionsJSON } from "@simplewebauthn/browser";

/** Options that the server made for the browser; the API describes only this part of them. */
interface Offer {
  challenge: string;
}

/** What the browser made, for the server. */
type Answer = Record<string, unknown> & { id: string };

/** Asks the browser to create a passkey. The library is loaded on first use, because most people never need it. */
export async function createPasskey(offer: Offer): Promise<Answer> {
  const { startRegistration } = await import("@simplewebauthn/browser");
  return { ...(await startRegistration({ optionsJSON: offer as PublicKeyCredentialCreationOptionsJSON })) };
}

/** Asks the browser for the answer of a passkey that it has. */
export async function askForPasskey(offer: Offer): Promise<Answer> {
  const { startAuthentication } = await import("@simplewebauthn/browser");
  return { ...(await startAuthentication({ optionsJSON: offer as PublicKeyCredentialRequestOptionsJSON })) };
}

/** The person closed the browser's dialog, or it timed out. */
export const isCancelled = (error: unknown): boolean => error instanceof Error && ["NotAllowedError", "AbortError"].includes(error.name);
