import type { Operation } from "./types.ts";

/** Whether whoever calls an operation chooses the address it goes to. Even a read of such carries away what is put into the address. */
export const takesAnyAddress = ({ path }: { path: Operation["path"] | null }): boolean => path === "{+url}";
