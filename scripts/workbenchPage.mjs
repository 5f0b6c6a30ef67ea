/**
 * How a browser is started for tests and how its page opens a workbench, as an ordinary window or as an Extension
 * Development Host. It must not know what is clicked there. Tests import it too, so it reads nothing of `import.meta`.
 */

const LOG_LEVEL_TRACE = 1;

/**
 * @param {string} executablePath
 * @returns {Promise<import("playwright-core").Browser>}
 */
export async function launchBrowser(executablePath) {
  const { chromium } = await import("playwright-core");
  return chromium.launch({
    executablePath,
    // Signals are ours to handle: the browser is closed with everything else.
    handleSIGINT: false,
    handleSIGTERM: false,
    handleSIGHUP: false,
    args: [
      "--headless",
      ...(process.getuid?.() === 0 ? ["--no-sandbox"] : []),
      ...["--disable-gpu", "--disable-quic", "--disable-dev-shm-usage", "--no-first-run"],
      ...["--disable-background-networking", "--disable-component-update", "--disable-sync"],
    ],
  });
}

/**
 * Opens a folder with extensions loaded from their development folders and, where given, a test suite that the
 * extension host runs.
 *
 * The workbench takes `developmentOptions` from a configuration in its page; it is changed there, before the workbench's
 * own script runs. (The documented `payload` of the address needs a driver that hides notifications; answering the
 * page's request ourselves makes Chromium block the page's WebSocket.)
 *
 * @param {import("playwright-core").Page} page
 * @param {import("./workbenchServer.mjs").WorkbenchServer} server
 * @param {{ folder: string, extensions: readonly string[], testsPath?: string }} options
 * @returns {Promise<void>}
 */
export async function openDevelopmentHost(page, server, { folder, extensions, testsPath }) {
  const remote = (file) => ({ scheme: "vscode-remote", authority: `127.0.0.1:${server.port}`, path: file });
  await page.addInitScript(
    (development) => {
      if (window !== window.top) {
        return;
      }
      // "interactive": the page is parsed, and the workbench (a module) has not run yet.
      document.addEventListener("readystatechange", () => {
        const configuration = document.getElementById("vscode-workbench-web-configuration");
        if (document.readyState !== "interactive" || configuration === null) {
          return;
        }
        const settings = JSON.parse(configuration.getAttribute("data-settings"));
        settings.developmentOptions = { ...settings.developmentOptions, ...development };
        configuration.setAttribute("data-settings", JSON.stringify(settings));
      });
    },
    {
      extensions: extensions.map(remote),
      // What goes over the wire is in the log of a test that failed.
      extensionLogLevel: [["agent-context.agent-context-inspector", LOG_LEVEL_TRACE]],
      ...(testsPath === undefined ? {} : { extensionTestsPath: remote(testsPath) }),
    },
  );
  await page.goto(server.url(folder));
}
