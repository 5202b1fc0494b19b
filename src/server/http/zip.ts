import type { FastifyReply } from "fastify";
import { strToU8, zip } from "fflate";

/** So that the same catalog gives the same file. The format knows nothing older. */
const sameTime = new Date(1980, 0, 1, 12);

/** Answers with files as one zip file, to be saved under a name. */
export async function sendZip(reply: FastifyReply, name: string, files: Readonly<Record<string, string>>): Promise<void> {
  const contents = Object.fromEntries(Object.entries(files).map(([path, text]) => [path, strToU8(text)]));
  const bytes = await new Promise<Uint8Array>((resolve, reject) => {
    zip(contents, { mtime: sameTime }, (error, packed) => (error ? reject(error) : resolve(packed)));
  });
  reply.type("application/zip").header("content-disposition", `attachment; filename="${name}"`);
  reply.header("cache-control", "no-store");
  void reply.send(Buffer.from(bytes));
}
