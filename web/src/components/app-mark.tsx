import { Globe, type LucideIcon, Timer } from "lucide-react";
import { Icon } from "./ui/icon.tsx";

const hues = [205, 255, 305, 25, 75, 155] as const;
const known: Record<string, { letters: string | LucideIcon; hue: number }> = {
  highlevel: { letters: "HL", hue: 255 },
  sightmill: { letters: "SM", hue: 155 },
  flocksy: { letters: "F", hue: 305 },
  http: { letters: Globe, hue: 205 },
  millrace: { letters: Timer, hue: 75 },
};

/** An app's lettermark in its tint: no borrowed trademarks. */
export function AppMark({ app, size = 28 }: { app: string; size?: number }) {
  const { letters, hue } = known[app] ?? { letters: app.slice(0, 2).toUpperCase(), hue: hueOf(app) };
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
      {typeof letters === "string" ? letters : <Icon of={letters} size={Math.round(size * 0.55)} />}
    </span>
  );
}

function hueOf(app: string): number {
  let sum = 0;
  for (const letter of app) sum = (sum * 31 + letter.charCodeAt(0)) % 997;
  return hues[sum % hues.length] ?? 205;
}
