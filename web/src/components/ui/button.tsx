import { LoaderCircle } from "lucide-react";
import { Slot } from "radix-ui";
import type { ButtonHTMLAttributes, MouseEvent, ReactNode, Ref } from "react";
import { cx } from "../../lib/cx.ts";

const kinds = {
  primary: "bg-accent text-on-accent hover:bg-accent-hover",
  secondary: "border border-line-strong bg-raised text-ink hover:bg-sunken",
  quiet: "text-ink-2 hover:bg-hover hover:text-ink",
  danger: "bg-failure text-on-accent hover:bg-failure-hover",
} as const;

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  kind?: keyof typeof kinds;
  /** 28 px instead of 32, for tables and panels. */
  small?: boolean;
  busy?: boolean;
  icon?: ReactNode;
  /** Renders the only child (a link) in the button's clothes. */
  asChild?: boolean;
}

/** Takes a click away, also the one that Enter in a form makes. */
const refuse = (event: MouseEvent): void => event.preventDefault();

/** A verb with its object. While `busy` it keeps its width and the focus, shows a turning mark, and takes no second click. */
export function Button({
  kind = "secondary",
  small = false,
  busy = false,
  icon,
  asChild = false,
  className,
  children,
  onClick,
  ...rest
}: ButtonProps) {
  const clothes = cx(
    "relative inline-flex shrink-0 items-center justify-center gap-1.5 rounded-md font-medium whitespace-nowrap select-none transition-colors",
    "focus-visible:rounded-md disabled:opacity-50 aria-busy:opacity-50",
    small ? "h-7 px-2.5 text-meta" : "h-8 px-2.5 text-ui sm:px-3",
    kinds[kind],
    className,
  );
  if (asChild) return <Slot.Root className={clothes}>{children}</Slot.Root>;
  return (
    // One that is switched off in earnest would lose the focus, and whoever works by keys their place.
    <button
      type="button"
      {...rest}
      className={clothes}
      onClick={busy ? refuse : onClick}
      aria-disabled={busy || undefined}
      aria-busy={busy || undefined}
    >
      {busy ? <LoaderCircle aria-hidden size={14} strokeWidth={2} className="animate-turn" /> : icon}
      {children}
    </button>
  );
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  ref?: Ref<HTMLButtonElement>;
  /** What it does: the accessible name and the hint on hover. */
  label: string;
  small?: boolean;
}

/** A button that is only an icon. */
export function IconButton({ label, small = false, className, children, ...rest }: IconButtonProps) {
  return (
    <button
      type="button"
      aria-label={label}
      title={label}
      {...rest}
      className={cx(
        "inline-grid shrink-0 place-items-center rounded-md text-ink-3 transition-colors hover:bg-hover hover:text-ink disabled:opacity-40 data-[state=open]:bg-hover",
        small ? "size-6" : "size-8",
        className,
      )}
    >
      {children}
    </button>
  );
}
