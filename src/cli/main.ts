/** The millrace command. */
import { Command } from "commander";
import { serve } from "#server/start.ts";

const program = new Command("millrace").description("Connects any app to HighLevel, and loses nothing on the way.");

program.command("start").option("--no-sandbox").action(async ({ sandbox }: { sandbox: boolean }) => {
  const { env, stdout } = process;
  const { millrace, greeted } = await serve({ env, sandbox, out: (text) => void stdout.write(text), tty: stdout.isTTY });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void millrace.close().then(() => process.exit(0)));
  await greeted;
});

await program.parseAsync().catch((error: Error) => {
  process.stderr.write(`${error.message}\n`);
  process.exit(1);
});
