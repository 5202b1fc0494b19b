import { useState } from "react";
import { ApiError } from "../../lib/api.ts";

/** Asks for a code once the server does. */
export function useCode() {
  const [code, setCode] = useState("");
  const [asked, setAsked] = useState(false);
  return {
    code,
    setCode,
    asked,
    leave: () => {
      setAsked(false);
      setCode("");
    },
    /** What is sent with the password. */
    sent: asked && code.trim() !== "" ? { code: code.trim() } : {},
    noteError: (error: unknown) => {
      if (error instanceof ApiError && error.code === "CODE_NEEDED") setAsked(true);
    },
  };
}

/** That a code is needed is no fault: the field for it says so. */
export const isFault = (error: unknown): boolean => !(error instanceof ApiError && error.code === "CODE_NEEDED");
