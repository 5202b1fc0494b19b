import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { strFromU8, unzipSync } from "fflate";
import { firstWorkspaceId } from "#server/start/store.ts";
import { dataFiles } from "#server/start/data-folder.ts";
import { helpdeskDefinition } from "#test/support/add-an-app.ts";
import { connectAcme, inboxFolder, openHouse, type House } from "#test/support/inbox.ts";

/** A running Millrace with the sandbox, a connection `acme` and an app of the workspace's own, and a folder for what is exported. */
export interface ExportHouse {
  house: House;
  url: string;
  key: string;
  /** Downloads an export and writes its files into an empty folder. */
  exported(path: string, folder: string): Promise<Record<string, string>>;
  /** An empty folder of its own. */
  place: string;
  close(): Promise<void>;
}

export async function openExportHouse(): Promise<ExportHouse> {
  const { folder, remove } = inboxFolder();
  const house = await openHouse(folder, true);
  await connectAcme(house.millrace);
  await connectOthers(house);
  await house.api("POST", "/private-hosts", { host: new URL(house.millrace.sandbox!.url).host });
  await house.api("PUT", "/apps/helpdesk", helpdeskDefinition("https://helpdesk.example.com"));
  const place = mkdtempSync(join(tmpdir(), "millrace-export-"));
  const key = readFileSync(dataFiles(join(folder, "data")).apiKey, "utf8").trim();
  const url = house.millrace.localUrl;
  return {
    house,
    url,
    key,
    place,
    async exported(path, into) {
      const reply = await fetch(`${url}/api/v1/exports/${path}`, { headers: { authorization: `Bearer ${key}` } });
      if (!reply.ok) throw new Error(await reply.text());
      const files = unzipSync(new Uint8Array(await reply.arrayBuffer()));
      return writeFiles(into, Object.fromEntries(Object.entries(files).map(([name, bytes]) => [name, strFromU8(bytes)])));
    },
    async close() {
      await house.millrace.close();
      remove();
      if (existsSync(place)) rmSync(place, { recursive: true, force: true });
    },
  };
}

/** The other systems of the sandbox, as `sightmill-main` and `flocksy-main`. */
async function connectOthers({ millrace }: House): Promise<void> {
  const { systems, url } = millrace.sandbox!;
  const addresses = Object.fromEntries(Object.entries(systems.sightMillPaths()).map(([name, path]) => [name, url + path]));
  const connect = (login: Parameters<typeof millrace.vault.connect>[1]) => millrace.vault.connect(firstWorkspaceId, login);
  await connect({ name: "sightmill-main", title: "SightMill", app: "sightmill", auth: "url", secret: addresses });
  const token = systems.flocksy.logins.key;
  await connect({ name: "flocksy-main", title: "Flocksy", app: "flocksy", auth: "header", baseUrl: `${url}/flocksy`, secret: { token } });
}

/** Writes files, by their paths, below a folder. */
export function writeFiles(folder: string, files: Record<string, string>): Record<string, string> {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return files;
}
