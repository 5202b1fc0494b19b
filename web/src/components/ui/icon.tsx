import type { LucideIcon } from "lucide-react";

/** One set, 16 px, one stroke. Decorative: words beside it carry the meaning. */
export function Icon({ of: Shape, size = 16, className }: { of: LucideIcon; size?: number; className?: string }) {
  return <Shape aria-hidden size={size} strokeWidth={1.6} {...(className === undefined ? {} : { className })} />;
}
