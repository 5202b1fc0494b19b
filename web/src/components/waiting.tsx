import type { RunView } from "#api/schemas.ts";
import { waitingSentence } from "#surfaces/waiting.ts";
import { useNow } from "../lib/clock.ts";
import { exactTime } from "../lib/time.ts";

/** What a run waits for and until when; the exact time on hover. */
export function Waiting({ waiting }: { waiting: NonNullable<RunView["waiting"]> }) {
  const now = useNow();
  const sentence = waitingSentence(waiting, now);
  return <bdi title={waiting.until === null ? sentence : `${sentence}\n${exactTime(waiting.until)}`}>{sentence}</bdi>;
}
