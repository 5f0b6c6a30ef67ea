/** The command `agent-context`: words in, exit code out. Wiring only. */

import * as path from "node:path";
import { version } from "../../package.json";
import { runReport } from "../model/text/runReport";
import { checkRecording } from "./checkCommand";
import { compareRecordings } from "./compareCommand";
import { exportRecording } from "./exportCommand";
import { RecordingError, readRecording } from "./readRecording";
import { reportText, statesText } from "./reportText";
import { runScript } from "./runCommand";
import { EXIT_USAGE, HELP, parseRequest, UsageError } from "./usage";

main(process.argv.slice(2)).then(
  (code) => (process.exitCode = code),
  (error: unknown) => {
    const expected = error instanceof UsageError || error instanceof RecordingError;
    const text = error instanceof Error ? (expected ? error.message : (error.stack ?? error.message)) : String(error);
    process.stderr.write(`agent-context: ${text}\n`);
    process.exitCode = expected ? EXIT_USAGE : 1;
  },
);

async function main(argv: readonly string[]): Promise<number> {
  const request = parseRequest(argv);
  switch (request.command) {
    case "help":
      process.stdout.write(HELP);
      return 0;
    case "version":
      process.stdout.write(`${version}\n`);
      return 0;
    case "show": {
      const report = runReport(await readRecording(path.resolve(request.file), request.ignore));
      process.stdout.write(
        request.json ? JSON.stringify(report, null, 2) + "\n" : reportText(report) + statesText(report),
      );
      return 0;
    }
    case "run":
      return runScript(request);
    case "check":
      return checkRecording(request);
    case "export":
      return exportRecording(request);
    case "compare":
      return compareRecordings(request);
  }
}
