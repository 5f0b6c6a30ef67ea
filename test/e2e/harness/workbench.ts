/**
 * A VS Code window that a test clicks through like a person: a server, a browser page, a profile and a copy of the
 * workspace, all of the test's own, all gone after it. It knows VS Code's workbench and nothing of our views.
 *
 * ```ts
 * it("…", async () => {
 *   const workbench = await openWorkbench();
 *   await workbench.command("Agent Context: Run Agent Script…");
 *   await workbench.pick("race.ts");
 *   const tree = await workbench.openTree("Agent Contexts");
 *   await tree.waitForText("running", /race/);
 *   const preview = await workbench.webview("[data-view=preview]");
 *   assert.deepEqual(workbench.cspViolations, []);
 * });
 * ```
 * What a test leaves open is closed after it; a failed test leaves its evidence in test/results/failures/.
 */

import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import * as os from "node:os";
import * as path from "node:path";
import type { Browser, Frame, Locator, Page } from "playwright-core";
import { launchBrowser, openDevelopmentHost } from "../../../scripts/workbenchPage.mjs";
import { startWorkbenchServer, type WorkbenchServer } from "../../../scripts/workbenchServer.mjs";
import { examplesDir, repositoryDir, resultsDir } from "../../harness/paths";
import { waitFor } from "../../harness/waitFor";
import { keepEvidence } from "./evidence";
import { TreeView } from "./treeView";

export interface WorkbenchOptions {
  /** "granted" (default): the workspace is trusted without asking. "ask": VS Code asks, as for a person. */
  readonly trust?: "granted" | "ask";
  readonly settings?: Readonly<Record<string, unknown>>;
  /** Installs the packaged extension, instead of loading the development folder. */
  readonly vsix?: boolean;
  /** A colour theme's id, such as "Default Light Modern" or "Default High Contrast". */
  readonly theme?: string;
  /** The folder whose copy is opened; `examples/` unless said. */
  readonly workspace?: string;
  /** Opens a folder with nothing in it but `files`. */
  readonly empty?: boolean;
  /** Files written into the copy before it is opened, by relative path. */
  readonly files?: Readonly<Record<string, string>>;
  /** Folders of the workspace's copy that are extensions in development, too. */
  readonly extensions?: readonly string[];
  /** Environment of the server, and so of the extension host and the scripts. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Drawn as text in the page, instead of on a canvas. */
const READABLE_TERMINAL = { "terminal.integrated.gpuAcceleration": "off" };

const open = new Set<Workbench>();

afterEach(async function (this: Mocha.Context) {
  this.timeout(60_000);
  for (const workbench of open) {
    // One that will be tried again has no state yet.
    if (this.currentTest?.state !== "passed") {
      console.log(`    evidence: ${await keepEvidence(this.currentTest?.fullTitle() ?? "?", workbench.evidence())}`);
    }
    await workbench.close();
  }
});

/** Starts a server and a browser, opens the workspace's copy and waits until the explorer shows it. */
export async function openWorkbench(options: WorkbenchOptions = {}): Promise<Workbench> {
  const dir = mkdtempSync(path.join(os.tmpdir(), "agent-context-e2e-"));
  const workspaceDir = path.join(dir, "workspace");
  mkdirSync(workspaceDir);
  if (!options.empty) {
    cpSync(options.workspace ?? examplesDir, workspaceDir, {
      recursive: true,
      filter: (file) => path.basename(file) !== "node_modules",
    });
  }
  for (const [name, content] of Object.entries(options.files ?? {})) {
    mkdirSync(path.dirname(path.join(workspaceDir, name)), { recursive: true });
    writeFileSync(path.join(workspaceDir, name), content);
  }
  const server = await startWorkbenchServer({
    installation: {
      node: fromEnvironment("AGENT_CONTEXT_SERVER_NODE"),
      entry: fromEnvironment("AGENT_CONTEXT_SERVER_ENTRY"),
    },
    profileDir: path.join(dir, "profile"),
    trust: options.trust === "ask",
    settings: {
      ...READABLE_TERMINAL,
      ...(options.theme && { "workbench.colorTheme": options.theme }),
      ...options.settings,
    },
    ...(options.env && { env: { ...options.env } }),
  });
  let browser: Browser | undefined;
  try {
    if (options.vsix) {
      await server.installExtension(fromEnvironment("AGENT_CONTEXT_VSIX"));
    }
    browser = await launchBrowser(fromEnvironment("AGENT_CONTEXT_BROWSER"));
    const page = await browser.newPage({ viewport: { width: 1400, height: 1100 } });
    const workbench = new Workbench(dir, workspaceDir, server, browser, page);
    open.add(workbench);
    if (options.vsix) {
      await page.goto(server.url(workspaceDir));
    } else {
      const others = (options.extensions ?? []).map((name) => path.join(workspaceDir, name));
      await openDevelopmentHost(page, server, { folder: workspaceDir, extensions: [repositoryDir, ...others] });
    }
    const row = readdirSync(workspaceDir).length === 0 ? "" : " .monaco-list-row";
    await page.locator(`.explorer-folders-view${row}`).first().waitFor({ timeout: 60_000 });
    await workbench.ready();
    return workbench;
  } catch (error) {
    if (![...open].some((workbench) => workbench.server === server)) {
      await browser?.close();
      await server.stop();
      rmSync(dir, { recursive: true, force: true });
    }
    throw error;
  }
}

/** One open window. Titles are those that a person reads. */
export class Workbench {
  /** What the page's frames, webviews included, were refused by their content security policy. */
  readonly cspViolations: string[] = [];
  /** Addresses outside this machine that the page asked for. */
  readonly outsideRequests: string[] = [];
  private readonly consoleLines: string[] = [];

  constructor(
    private readonly dir: string,
    /** The copy of the workspace. */
    readonly workspaceDir: string,
    readonly server: WorkbenchServer,
    private readonly browser: Browser,
    readonly page: Page,
  ) {
    page.setDefaultTimeout(60_000);
    page.on("dialog", (dialog) => void dialog.accept().catch(() => undefined));
    page.on("console", (message) => {
      const text = message.text();
      this.consoleLines.push(`${message.type()}: ${text}`);
      if (/content security policy/i.test(text) && message.type() === "error") {
        this.cspViolations.push(text);
      }
    });
    page.on("request", (request) => {
      const { protocol, hostname } = new URL(request.url());
      // Webview resources have an outside name, but a service worker answers for it.
      if (/^(https?|wss?):$/.test(protocol) && !/^(127\.0\.0\.1|localhost|.*\.vscode-cdn\.net)$/.test(hostname)) {
        this.outsideRequests.push(request.url());
      }
    });
  }

  /** Waits until the window is there, at first and after a reload. */
  async ready(): Promise<void> {
    // The palette lists what is contributed when it opens: by now the extension's commands are.
    const item = this.page.locator('.activitybar .action-item a.action-label[aria-label^="Agent Contexts"]');
    await item.waitFor({ timeout: 60_000 });
  }

  /** The pid of the window's extension host, a child of the server. */
  async extensionHostPid(): Promise<number> {
    const root = this.server.pid;
    return waitFor("the extension host's process", () => {
      const rows = execFileSync("ps", ["-A", "-ww", "-o", "pid=,ppid=,args="], { encoding: "utf8" }).split("\n");
      const table = rows.flatMap((row) => {
        const [, pid, parent, args] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
        return args === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), args }];
      });
      const ours = new Set([root]);
      for (const pid of ours) for (const row of table) if (row.parent === pid) ours.add(row.pid);
      return table.find(({ pid, args }) => ours.has(pid) && args.includes("--type=extensionHost"))?.pid;
    });
  }

  /** Runs a command by its palette title, category included ("Agent Context: Stop"). */
  async command(title: string): Promise<void> {
    // Whatever takes the focus just now (a view that opens, an editor) closes the palette: then it is opened again.
    await waitFor(
      `the palette to take "${title}"`,
      async () => {
        await this.openPalette(`>${title}`);
        try {
          await this.pick(title, 5_000);
        } catch (error) {
          // What is open may be another picker by now, the command's own even: none of them is the palette.
          await this.page.keyboard.press("Escape");
          throw error;
        }
        return true;
      },
      60_000,
    );
  }

  /** A key that comes while the palette of the last command is just closing opens none: then it is pressed again. */
  private async openPalette(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget .quick-input-box input");
    await waitFor(`the palette with ${text}`, async () => {
      if (!(await input.isVisible())) await this.page.keyboard.press("F1");
      const filled = await input.fill(text, { timeout: 3_000 }).then(
        () => true,
        () => false,
      );
      return filled && (await input.isVisible()) && (await input.inputValue()) === text;
    });
  }

  /** Takes an entry of the quick pick that is open or about to open, by its name (exact, or a pattern). */
  async pick(name: string | RegExp, timeoutMs?: number): Promise<void> {
    const exact = typeof name === "string" ? new RegExp(`^\\s*${escaped(name)}\\s*$`) : name;
    const row = this.page
      .locator(".quick-input-list .monaco-list-row")
      .filter({ has: this.page.locator(".label-name", { hasText: exact }) });
    await row.first().click(timeoutMs === undefined ? {} : { timeout: timeoutMs });
  }

  /** Names of the quick pick's entries in view, in their order; waits for the first. */
  async picks(): Promise<string[]> {
    const names = this.page.locator(".quick-input-list .monaco-list-row .quick-input-list-row:first-child .label-name");
    await names.first().waitFor();
    return names.allTextContents();
  }

  /** Types into the input box that is open or about to open, and confirms. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget .quick-input-box input");
    await input.waitFor();
    await input.fill(text);
    await this.page.keyboard.press("Enter");
  }

  /** Chooses a file in the dialog that is open or about to open. The dialog looks at folders while one types, and changes the text. */
  async chooseFile(file: string): Promise<void> {
    const input = this.page.locator(".quick-input-widget .quick-input-box input");
    // The palette that asked for the dialog may still be closing: the dialog begins with a folder.
    await waitFor("the dialog", async () => (await input.isVisible()) && (await input.inputValue()).startsWith("/"));
    await waitFor(`the dialog to take ${file}`, async () => {
      if (!(await input.isVisible())) return true;
      if ((await input.inputValue()) === file) await this.page.keyboard.press("Enter");
      else await input.fill(file, { timeout: 3_000 });
      await this.page.waitForTimeout(300);
      return false;
    });
  }

  /** Opens a file of the workspace through Quick Open and waits for its editor. */
  async openFile(name: string): Promise<void> {
    await this.openPalette(name);
    await this.pick(path.basename(name));
    await this.page.locator(`.tabs-container .tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
  }

  /** Shows a view container of the activity bar, by its name. */
  async showContainer(container: string): Promise<void> {
    const item = this.page.locator(`.activitybar .action-item:has(a.action-label[aria-label^="${container}"])`);
    await item.waitFor();
    // A click on the container that is shown hides it, and the extension may show it in the same moment: look again.
    await waitFor(`the side bar of ${container}`, async () => {
      if (((await item.getAttribute("class")) ?? "").includes("checked")) {
        return true;
      }
      await item.click();
      return false;
    });
  }

  /** Shows a view container and returns the tree in it; `view` chooses one of several views. */
  async openTree(container: string, view?: string): Promise<TreeView> {
    await this.showContainer(container);
    const sideBar = this.page.locator("#workbench\\.parts\\.sidebar");
    const header = this.page.locator(".pane-header", { hasText: new RegExp(`^${escaped(view ?? "")}`) });
    const pane = view === undefined ? sideBar : sideBar.locator(".pane", { has: header });
    if (view !== undefined) await this.expandPane(pane.locator(".pane-header"));
    return new TreeView(this.page, pane.locator(".customview-tree").first());
  }

  private async expandPane(header: Locator): Promise<void> {
    await waitFor("the view to be expanded", async () => {
      if ((await header.getAttribute("aria-expanded")) === "true") return true;
      await header.click();
      return false;
    });
  }

  /** Answers the modal question that is open or about to open. */
  async confirm(button: string): Promise<void> {
    const dialog = this.page.locator(".monaco-dialog-box");
    await dialog.locator(".dialog-buttons .monaco-button", { hasText: button }).first().click();
    await dialog.waitFor({ state: "detached" });
  }

  /**
   * The frame of the visible webview that holds an element matching `marker`, as soon as there is one. A webview that
   * was hidden and shown again has a new frame: ask again.
   */
  async webview(marker: string): Promise<Frame> {
    return waitFor(`a webview with ${marker}`, async () => {
      for (const frame of this.page.frames()) {
        if (frame.parentFrame()?.parentFrame() && (await frame.locator(marker).first().isVisible())) {
          return frame;
        }
      }
      return undefined;
    });
  }

  /** Waits for a notification whose text contains this; its buttons are found by their names. */
  async notification(text: string | RegExp): Promise<NotificationToast> {
    const locator = this.page.locator(".notifications-toasts .notification-list-item", { hasText: text }).first();
    await locator.waitFor();
    return { click: (button) => locator.locator(".monaco-button", { hasText: button }).click() };
  }

  /** The lines of the terminal in view, wrapped as it wraps them; waits for the first. */
  async terminalText(): Promise<string> {
    const rows = this.page.locator(".terminal-wrapper .xterm-rows:visible").first();
    await rows.waitFor();
    const lines = await rows.locator("> div").allTextContents();
    return lines
      .map((line) => line.replaceAll("\u00a0", " ").trimEnd())
      .join("\n")
      .trim();
  }

  /** Waits until the terminal in view shows this; after a reload its text comes later than the terminal. */
  async terminalShows(pattern: RegExp): Promise<void> {
    await waitFor(
      `${String(pattern)} in the terminal`,
      async () => {
        assert.match(await this.terminalText(), pattern);
        return true;
      },
      60_000,
    );
  }

  /** A screenshot in test/results/shots/, for people to look at. */
  async shot(name: string): Promise<string> {
    const file = path.join(resultsDir, "shots", `${name}.png`);
    mkdirSync(path.dirname(file), { recursive: true });
    await this.page.screenshot({ path: file });
    return file;
  }

  /** What {@link keepEvidence} needs. */
  evidence(): { page: Page; profileDir: string; consoleLines: readonly string[] } {
    return { page: this.page, profileDir: this.server.profileDir, consoleLines: this.consoleLines };
  }

  /** Ends browser and server and removes the profile and the workspace's copy. */
  async close(): Promise<void> {
    open.delete(this);
    await this.browser.close();
    await this.server.stop();
    rmSync(this.dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

export interface NotificationToast {
  click(button: string): Promise<void>;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
}

function fromEnvironment(name: string): string {
  const value = process.env[name];
  if (value === undefined) {
    throw new Error(
      `${name} is not set: run these tests with "npm run test:e2e", which finds an editor and a browser.`,
    );
  }
  return value;
}
