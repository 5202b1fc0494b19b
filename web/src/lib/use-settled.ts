import { useEffect, useState } from "react";

const pauseMs = 200;

/** What was written, once the writer pauses. It has to be plain data. */
export function useSettled<T>(written: T): T {
  const [settled, setSettled] = useState(written);
  const text = JSON.stringify(written);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(JSON.parse(text) as T), pauseMs);
    return () => clearTimeout(timer);
  }, [text]);
  return settled;
}
