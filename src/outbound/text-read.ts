import { decodeText } from "#kernel/charset.ts";
import { undoCodings } from "#kernel/content-coding.ts";
import { badInput } from "#kernel/errors.ts";
import { userAgent } from "./login.ts";
import type { Transport } from "./transport.ts";

/** A text at a public address, and where it was in the end. */
export interface TextRead {
  text: string;
  url: string;
}

const bounds = { timeoutMs: 15_000, maxBytes: 10 * 1024 ** 2 };
const mostRedirects = 5;

/**
 * Reads a text without a login, behind the same guard as every other request: each address on the way is checked. Throws BAD_INPUT for `url`
 * where there is no text. `asked`: the address that a person gave, where this one was only found there.
 */
export const createTextRead =
  (transport: Transport) =>
  async (url: string, asked = url): Promise<TextRead> => {
    let at = url;
    for (let hops = 0; hops <= mostRedirects; hops++) {
      const headers = { accept: "application/json, application/yaml, text/yaml, */*;q=0.5", "user-agent": userAgent };
      const answer = await transport.send(transport.resolve(at, asked), { method: "GET", url: at, headers }, bounds);
      const location = answer.headers["location"];
      if (answer.status >= 300 && answer.status < 400 && location !== undefined) {
        if (!URL.canParse(location, at)) throw badInput("url", "redirects to something that is no address");
        at = new URL(location, at).href;
        continue;
      }
      if (answer.lost) throw answer.lost;
      if (answer.status !== 200) throw badInput("url", `answers with the status ${answer.status}`);
      const unpacked = undoCodings(answer.bytes, answer.headers["content-encoding"], bounds.maxBytes);
      if ("problem" in unpacked) throw badInput("url", `its answer cannot be unpacked ('${unpacked.coding}')`);
      return { text: decodeText(unpacked.bytes, answer.headers["content-type"] ?? "").text, url: at };
    }
    throw badInput("url", `redirects more than ${mostRedirects} times`);
  };
