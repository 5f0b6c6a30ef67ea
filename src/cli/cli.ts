/** The command `agent-context`: words in, exit code out. Wiring only. */

import * as path from "node:path";
import { version } from "../../package.json";
import { runReport } from "../model/text/runReport";
import { checkRecording } from "./checkCommand";
import { CommandError } from "./commandProgram";
import { compareRecordings } from "./compareCommand";
import { exportRecording } from "./exportCommand";
import { failureText, isExpected } from "./failures";
import { print, printError, printJson, watchOutput } from "./output";
import { readRecording } from "./readRecording";
import { reportText, statesText } from "./reportText";
import { runTarget } from "./runCommand";
import { EXIT_USAGE, HELP, parseRequest } from "./usage";

watchOutput();
main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  async (error: unknown) => {
    process.exitCode = error instanceof CommandError ? error.exitCode : isExpected(error) ? EXIT_USAGE : 1;
    await printError(`agent-context: ${failureText(error)}\n`);
  },
);

async function main(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  switch (request.command) {
    case "help":
      await print(HELP);
      return 0;
    case "version":
      await print(`${version}\n`);
      return 0;
    case "show": {
      const report = runReport(await readRecording(path.resolve(request.file), request.ignore));
      if (request.json) await printJson(report);
      else await print(reportText(report) + statesText(report));
      return 0;
    }
    case "run":
      return runTarget(request);
    case "check":
      return checkRecording(request);
    case "export":
      return exportRecording(request);
    case "compare":
      return compareRecordings(request);
  }
}
