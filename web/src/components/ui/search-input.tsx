import { useRouter } from "@tanstack/react-router";
import { Search } from "lucide-react";
import { useEffect, useEffectEvent, useRef, useState } from "react";
import { cx } from "../../lib/cx.ts";
import { Input } from "./field.tsx";
import { Icon } from "./icon.tsx";

interface SearchInputProps {
  label: string;
  placeholder?: string;
  value: string;
  /** Told when the writer pauses. */
  onChange: (words: string) => void;
  className?: string;
}

const pauseMs = 250;

/**
 * Words to look for. What is being written stays the writer's own: an answer that comes late does not put back what was there before,
 * and whoever has already followed a link is not called back to this page.
 */
export function SearchInput({ label, placeholder = label, value, onChange, className }: SearchInputProps) {
  const router = useRouter();
  const [written, setWritten] = useState(value);
  const reported = useRef(value);
  const tell = useEffectEvent((words: string) => {
    if (router.latestLocation.pathname !== router.state.resolvedLocation?.pathname) return;
    reported.current = words;
    onChange(words);
  });
  useEffect(() => {
    if (value === reported.current) return;
    reported.current = value;
    setWritten(value);
  }, [value]);
  useEffect(() => {
    if (written.trim() === reported.current) return undefined;
    const timer = setTimeout(() => tell(written.trim()), pauseMs);
    return () => clearTimeout(timer);
  }, [written]);
  return (
    <span className={cx("relative block", className)}>
      <Icon of={Search} size={14} className="pointer-events-none absolute top-1/2 left-2.5 -translate-y-1/2 text-ink-3" />
      <Input
        type="search"
        aria-label={label}
        placeholder={placeholder}
        value={written}
        onChange={(event) => setWritten(event.target.value)}
        className="pl-8"
      />
    </span>
  );
}
