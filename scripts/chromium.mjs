/** The browser that end-to-end tests click in: an installed one, or Debian's where we may install it. */

import { existsSync } from "node:fs";
import * as path from "node:path";
import { findExecutable, installPackages, mayInstallPackages, remedyFor } from "./executables.mjs";
import { HumanError } from "./humanError.mjs";

const VARIABLE = "AGENT_CONTEXT_BROWSER";

/** The part of the set-up that finds or installs it. */
export const chromium = {
  title: "Chrome, Edge or Chromium",
  megabytes: 350,
  minutes: 1,
  isReady: () => findChromium() !== undefined,
  setUp: async () => {
    if (!mayInstallPackages()) {
      throw new HumanError(
        `No Chrome, Edge or Chromium is installed, and the tests click in one. ${remedyFor(["chromium"], "Install one of them")}; or name one in ${VARIABLE}.`,
      );
    }
    await installPackages(["chromium"]);
    if (findChromium() === undefined) {
      throw new HumanError(`apt-get installed chromium, but no browser is on the PATH. Name one in ${VARIABLE}.`);
    }
  },
};

/**
 * @returns {string | undefined} the executable
 * @throws when the environment names one that is not there
 */
export function findChromium() {
  const named = process.env[VARIABLE];
  if (named !== undefined) {
    if (!existsSync(named)) {
      throw new HumanError(`${VARIABLE} names ${named}, which does not exist.`);
    }
    return named;
  }
  return (
    findExecutable("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge") ??
    wellKnownPlaces().find((file) => existsSync(file))
  );
}

function wellKnownPlaces() {
  switch (process.platform) {
    case "darwin":
      return ["Google Chrome", "Microsoft Edge", "Chromium"].map(
        (name) => `/Applications/${name}.app/Contents/MacOS/${name}`,
      );
    case "win32":
      return ["ProgramFiles", "ProgramFiles(x86)", "LOCALAPPDATA"].flatMap((variable) =>
        ["Google/Chrome/Application/chrome.exe", "Microsoft/Edge/Application/msedge.exe"].map((file) =>
          path.join(process.env[variable] ?? "C:\\", file),
        ),
      );
    default:
      return [];
  }
}
