import { isLoopbackHost } from "#kernel/loopback.ts";
import { isOnThisMachineOnly, listensLocally } from "./reach.ts";
import type { Settings } from "./settings.ts";
import { linkMinutes } from "../auth/sign-in-links.ts";

/** Pure: what the settings open to whom, and what an operator should know of it. */

/** What an operator who opens Millrace to others should see to, a sentence or two each. */
export function exposureWarnings(settings: Settings): string[] {
  const { host, publicUrl, trustedProxies, allowedCallers, localSignIn } = settings;
  const address = publicUrl === undefined ? null : new URL(publicUrl);
  const isPublic = address !== null && !isLoopbackHost(address.host);
  const warnings: string[] = [];
  if (isPublic && address.protocol === "http:")
    warnings.push(
      "MILLRACE_PUBLIC_URL is http, so keys, cookies and events can be read on the way. Put a proxy with TLS in front and set its https address.",
    );
  if (address === null && !listensLocally(host))
    warnings.push(
      "Millrace listens to the network without TLS, and hook addresses name this machine only. Put a proxy with TLS in front and set MILLRACE_PUBLIC_URL to its address.",
    );
  if (isPublic && trustedProxies.empty)
    warnings.push(
      "MILLRACE_TRUSTED_PROXIES is not set, so everybody behind the proxy has the proxy's address and shares its limits. Name the proxy there ('loopback' if it runs on this machine).",
    );
  if (settings.oidcIssuer !== undefined && (settings.oidcClientId === undefined || settings.oidcClientSecret === undefined))
    warnings.push(
      "MILLRACE_OIDC_ISSUER is set without MILLRACE_OIDC_CLIENT_ID and MILLRACE_OIDC_CLIENT_SECRET, so nobody can sign in there. Set all three.",
    );
  if ((isPublic || listensLocally(host)) && trustedProxies.empty && !allowedCallers.empty)
    warnings.push(
      "MILLRACE_ALLOWED_CALLERS refuses everybody who comes through a proxy on this machine, because MILLRACE_TRUSTED_PROXIES does not name it.",
    );
  if (localSignIn && !isOnThisMachineOnly(settings))
    warnings.push(
      `MILLRACE_LOCAL_SIGN_IN is on although others can reach Millrace: whoever reads the start's output within ${linkMinutes} minutes can sign in from anywhere. Unset it unless you need the links.`,
    );
  return warnings;
}
