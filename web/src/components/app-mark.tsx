import { Globe, type LucideIcon, Timer } from "lucide-react";
import type { AppView } from "#api/schemas.ts";
import { useApps } from "../lib/apps.ts";
import { Icon } from "./ui/icon.tsx";

type Mark = NonNullable<AppView["mark"]>;

/** The tints of marks. */
export const hues = [205, 255, 305, 25, 75, 155] as const;
const icons: Record<NonNullable<Mark["icon"]>, LucideIcon> = { globe: Globe, timer: Timer };

/** An app's mark in its tint: no borrowed trademarks. */
export function AppMark({ app, size = 28 }: { app: string; size?: number }) {
  return <AppMarkPicture {...(useApps().of(app)?.mark ?? { letters: app.slice(0, 2).toUpperCase(), hue: hueOf(app) })} size={size} />;
}

/** A mark as it is written in a definition. */
export function AppMarkPicture({ letters, icon, hue, size }: Mark & { size: number }) {
  return (
    <span
      aria-hidden
      style={{
        width: size,
        height: size,
        fontSize: Math.round(size * 0.38),
        background: `light-dark(oklch(0.94 0.035 ${hue}), oklch(0.32 0.05 ${hue}))`,
        color: `light-dark(oklch(0.42 0.1 ${hue}), oklch(0.86 0.08 ${hue}))`,
      }}
      className="inline-grid shrink-0 place-items-center rounded-md font-semibold select-none"
    >
      {icon === undefined ? letters : <Icon of={icons[icon]} size={Math.round(size * 0.55)} />}
    </span>
  );
}

/** The mark of an app that is being defined: its own, else the first letters of its title in the tint that its id gets everywhere. */
export const markOf = (app: string, { mark, title }: { mark?: Mark | undefined; title: string }): Mark =>
  mark ?? { letters: title.slice(0, 2).toUpperCase(), hue: hueOf(app) };

function hueOf(app: string): number {
  let sum = 0;
  for (const letter of app) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return hues[sum % hues.length] ?? 205;
}
