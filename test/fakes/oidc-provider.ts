import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { newToken } from "#kernel/ids.ts";
import { exportJWK, generateKeyPair, SignJWT, type JWTPayload } from "jose";

/** What the provider says of whoever signs in next, and what it gets wrong on purpose. */
export interface SignedIn {
  sub: string;
  claims?: JWTPayload;
  /** A nonce that nobody asked for. */
  nonce?: string;
  /** Signed with a key that it does not publish. */
  forged?: boolean;
}

/** An OpenID Connect provider on this machine. */
export async function openOidcProvider() {
  const [own, other] = [await generateKeyPair("RS256"), await generateKeyPair("RS256")];
  const codes = new Map<string, { nonce: string; challenge: string; who: SignedIn }>();
  const server = createServer((req, res) => void answer(req, res));
  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const url = new URL(req.url!, issuer());
    const send = (body: unknown) => res.setHeader("content-type", "application/json").end(JSON.stringify(body));
    if (url.pathname === "/.well-known/openid-configuration")
      return send({
        issuer: issuer(),
        authorization_endpoint: `${issuer()}/authorize`,
        token_endpoint: `${issuer()}/token`,
        jwks_uri: `${issuer()}/jwks`,
        userinfo_endpoint: `${issuer()}/userinfo`,
        response_types_supported: ["code"],
        subject_types_supported: ["public"],
        id_token_signing_alg_values_supported: ["RS256"],
      });
    if (url.pathname === "/jwks") return send({ keys: [{ ...(await exportJWK(own.publicKey)), kid: "k", alg: "RS256", use: "sig" }] });
    if (url.pathname === "/token") return send(await tokens(await textOf(req)));
    if (url.pathname === "/authorize") {
      const back = visit(url.href, next);
      return res.writeHead(302, { location: `${url.searchParams.get("redirect_uri")}?${back.query}` }).end();
    }
    return res.writeHead(404).end();
  };
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const issuer = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  async function tokens(body: string) {
    const asked = new URLSearchParams(body);
    const begun = codes.get(asked.get("code") ?? "");
    codes.delete(asked.get("code") ?? "");
    if (!begun || !(await fits(asked.get("code_verifier") ?? "", begun.challenge))) return { error: "invalid_grant" };
    const { sub, claims, nonce, forged } = begun.who;
    const idToken = await new SignJWT({ nonce: nonce ?? begun.nonce, email_verified: true, ...claims })
      .setProtectedHeader({ alg: "RS256", kid: "k" })
      .setIssuer(claims?.iss ?? issuer())
      .setSubject(sub)
      .setAudience(claims?.aud ?? "millrace")
      .setIssuedAt()
      .setExpirationTime("5m")
      .sign(forged ? other.privateKey : own.privateKey);
    return { access_token: "a", token_type: "bearer", expires_in: 300, id_token: idToken };
  }

  /** What the browser brings back from the provider's page. */
  const visit = (url: string, who: SignedIn): { state: string; query: string } => {
    const { searchParams } = new URL(url);
    const code = newToken();
    codes.set(code, { nonce: searchParams.get("nonce")!, challenge: searchParams.get("code_challenge")!, who });
    const asked = searchParams.get("state")!;
    return { state: asked, query: new URLSearchParams({ code, state: asked, iss: issuer() }).toString() };
  };
  let next: SignedIn = { sub: "nobody" };

  return {
    /** Who is signed in there already, when a browser comes. */
    setNext: (who: SignedIn) => void (next = who),
    provider: () => ({ issuer: issuer(), clientId: "millrace", clientSecret: "s3cret", name: "Agency login" }),
    visit,
    close: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}

async function fits(verifier: string, challenge: string): Promise<boolean> {
  const digest = await crypto.subtle.digest("SHA-256", new TextEncoder().encode(verifier));
  return Buffer.from(digest).toString("base64url") === challenge;
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = "";
  for await (const chunk of stream) text += chunk.toString();
  return text;
}
