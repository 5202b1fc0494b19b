import { AppRegistry, type AppModule, type PrepareHooks } from "#catalog/registry.ts";
import { customFieldHook } from "./highlevel/custom-fields.ts";
import { flocksy } from "./flocksy/app.ts";
import { highlevelModule } from "./highlevel/module.ts";
import { http } from "./http/app.ts";
import { millrace } from "./millrace/app.ts";
import { sightmill } from "./sightmill/app.ts";

/** The apps that come with Millrace. To add one, add its folder and a row here (docs/add-an-app.md). */
const modules: readonly AppModule[] = [highlevelModule, { app: sightmill }, { app: flocksy }, { app: http }, { app: millrace }];

/** Code that an app's data can name as its `prepare`. */
const hooks: PrepareHooks = { "highlevel-custom-fields": customFieldHook };

/** A registry that has the built-in apps and no others yet. */
export const createAppRegistry = (): AppRegistry => new AppRegistry(modules, hooks);
