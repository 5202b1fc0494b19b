/** The millrace command. */
import { Command } from "commander";

const program = new Command("millrace").description("Connects any app to HighLevel, and loses nothing on the way.");

await program.parseAsync();
