// Writes docs/catalog from the catalog itself. `npx tsx tools/catalog-docs.ts`
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { highlevel } from "#apps/highlevel/app.ts";
import { packageRoot } from "#kernel/root.ts";
import { renderEndpoints } from "./catalog/endpoints.ts";
import { renderCatalog } from "./catalog/render.ts";

const folder = join(packageRoot(), "docs/catalog");
rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
for (const [name, text] of renderCatalog(highlevel)) writeFileSync(join(folder, name), text);
writeFileSync(join(packageRoot(), "docs/endpoints.md"), renderEndpoints(highlevel));
