import type { ReactNode } from "react";
import { useEditing } from "./editing.ts";

/** Forms that only those can fill in who may change apps; the others read them. */
export function MayChange({ children }: { children: ReactNode }) {
  return (
    <fieldset disabled={!useEditing().mayWrite} className="min-w-0">
      {children}
    </fieldset>
  );
}
