/** `npm start` as a person has it who opens the address that it prints, beside others on the same machine. */

import * as assert from "node:assert/strict";
import { spawn, type ChildProcess } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { request } from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { launchBrowser } from "../../scripts/workbenchPage.mjs";
import { repositoryDir } from "../harness/paths";
import { waitFor } from "../harness/waitFor";

const PATIENCE_MS = 120_000;

describe("npm start", () => {
  const children: ChildProcess[] = [];
  const profile = mkdtempSync(path.join(os.tmpdir(), "agent-context-start-"));
  const vsix = process.env["AGENT_CONTEXT_VSIX"] ?? "";

  afterEach(async () => {
    for (const child of children.splice(0)) await end(child);
  });
  after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));

  /** The package of these tests is the one that it would make. */
  async function start(): Promise<{ child: ChildProcess; said: string; address: URL }> {
    mkdirSync(profile, { recursive: true });
    for (const ending of ["", ".inputs.json"]) cpSync(vsix + ending, path.join(profile, `extension.vsix${ending}`));
    const { DISPLAY: _x, WAYLAND_DISPLAY: _wayland, AGENT_CONTEXT_EDITOR: _editor, ...env } = process.env;
    const child = spawn(process.execPath, ["scripts/start.mjs", "--profile", profile], {
      cwd: repositoryDir,
      env,
      stdio: ["ignore", "pipe", "pipe"],
    });
    children.push(child);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream.on("data", (text: Buffer) => (said += text.toString()));
    const address = await waitFor(
      "the address",
      () => {
        if (child.exitCode !== null) throw new Error(`It ended: ${said}`);
        return /http:\/\/127\.0\.0\.1:\d+\/\S+/.exec(said)?.[0];
      },
      PATIENCE_MS,
    );
    return { child, said, address: new URL(address) };
  }

  it("opens for who has the address, for nobody else, and packs and installs nothing twice", async function () {
    // Elsewhere a desktop window opens.
    if (process.platform !== "linux" || process.arch !== "x64") return this.skip();
    this.timeout(5 * PATIENCE_MS);
    const { child, said, address } = await start();
    assert.match(said, /Nothing has changed since the extension was packed/);
    const token = address.searchParams.get("token")!;
    assert.ok(token.length > 40);
    assert.equal(await statusOf(address.origin, {}), 401);
    assert.equal(await statusOf(address.href, { Host: `evil.example:${address.port}` }), 403);
    for (const { pid, place } of processesWith(token)) assert.fail(`The token stands in the ${place} of ${pid}.`);

    const browser = await launchBrowser(process.env["AGENT_CONTEXT_BROWSER"]!);
    try {
      const page = await browser.newPage();
      const refused: string[] = [];
      page.on("response", (response) => {
        if ([401, 403].includes(response.status())) refused.push(response.url());
      });
      await page.goto(address.href);
      const icon = page.locator('.activitybar .action-item a.action-label[aria-label^="Agent Contexts"]');
      await icon.waitFor({ timeout: PATIENCE_MS });
      await page.locator(".explorer-folders-view .monaco-list-row", { hasText: "race.ts" }).waitFor();
      assert.ok(!page.url().includes(token), page.url());
      assert.deepEqual(refused, []);
      assert.equal(await page.evaluate(`document.cookie.includes("agent-context")`), false);
    } finally {
      await browser.close();
    }
    await end(child);

    const again = await start();
    assert.match(again.said, /Nothing has changed/);
    assert.match(again.said, /The extension is installed already/);
    assert.notEqual(again.address.searchParams.get("token"), token);
  });
});

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = once(child, "exit");
  child.kill("SIGTERM");
  await ended;
}

async function statusOf(address: string, headers: Record<string, string>): Promise<number | undefined> {
  const asked = request(address, { headers, agent: false });
  asked.end();
  const [response] = (await once(asked, "response")) as [{ statusCode?: number; resume(): void }];
  response.resume();
  return response.statusCode;
}

/** Whose arguments or environment hold the text, among all that this user can see. */
function processesWith(text: string): { readonly pid: string; readonly place: string }[] {
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .flatMap((pid) =>
      ["cmdline", "environ"].flatMap((place) => {
        try {
          return readFileSync(`/proc/${pid}/${place}`, "utf8").includes(text) ? [{ pid, place }] : [];
        } catch {
          return [];
        }
      }),
    );
}
