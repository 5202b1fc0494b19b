import { useQuery } from "@tanstack/react-query";
import type { ConnectionView, RunView } from "#api/schemas.ts";
import { waitingSentence } from "#surfaces/waiting.ts";
import { useNow } from "../lib/clock.ts";
import { connectionsQuery } from "../lib/queries.ts";
import { exactTime } from "../lib/time.ts";

/** What a run waits for and until when; the exact time on hover. */
export function Waiting({ waiting }: { waiting: NonNullable<RunView["waiting"]> }) {
  const now = useNow();
  const connection = useQuery(connectionsQuery()).data?.find(({ id }) => id === waiting.connection);
  const sentence = titled(waitingSentence(waiting, now), connection);
  return <bdi title={waiting.until === null ? sentence : `${sentence}\n${exactTime(waiting.until)}`}>{sentence}</bdi>;
}

/** With what people call the connection, where the sentence has its name in flows. */
const titled = (sentence: string, connection: ConnectionView | undefined): string =>
  connection === undefined ? sentence : sentence.replaceAll(`'${connection.name}'`, `'${connection.title}'`);
