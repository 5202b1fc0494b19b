import type { Scripts } from "#engine/ports/scripts.ts";

/** For what executes no script. */
export const noScripts: Scripts = {
  run: () => Promise.reject(new Error("no script was expected")),
  close: async () => {},
};
