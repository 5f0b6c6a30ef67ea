/**
 * A real browser page that holds one of the built webviews as VS Code would: its content security policy, theme
 * variables and message channel, but no extension. Any violation of the policy and any error fails the test.
 */

import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import * as http from "node:http";
import type { AddressInfo } from "node:net";
import * as path from "node:path";
import type { Browser, Page } from "playwright-core";
import { findChromium } from "../../../../scripts/chromium.mjs";
import { launchBrowser } from "../../../../scripts/workbenchPage.mjs";
import { distDir, repositoryDir } from "../../../harness/paths";
import { waitFor } from "../../../harness/waitFor";

export type Theme = "dark" | "light" | "hc-dark" | "hc-light";

export interface WebviewPageOptions {
  readonly view: "preview" | "events" | "orders" | "recording";
  readonly theme?: Theme;
  readonly width?: number;
  readonly height?: number;
}

/** A page; `Incoming` and `Outgoing` are the messages to and from the webview. */
export class WebviewPage<Incoming, Outgoing> {
  private constructor(
    readonly page: Page,
    private readonly errors: readonly string[],
  ) {}

  static async open<Incoming, Outgoing extends { readonly type: string }>(
    options: WebviewPageOptions,
  ): Promise<WebviewPage<Incoming, Outgoing>> {
    const { origin, browser } = await stage();
    const context = await browser.newContext({
      viewport: { width: options.width ?? 1200, height: options.height ?? 760 },
    });
    const page = await context.newPage();
    page.setDefaultTimeout(10_000);
    const errors: string[] = [];
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") errors.push(message.text());
    });
    page.on("pageerror", (error) => errors.push(String(error)));
    const opened = new WebviewPage<Incoming, Outgoing>(page, errors);
    openPages.push(opened);
    await page.goto(`${origin}/${options.view}/${options.theme ?? "dark"}`);
    await opened.waitForPosted("ready");
    return opened;
  }

  async send(message: Incoming): Promise<void> {
    await this.page.evaluate(`harness.send(${literal(message)})`);
  }

  /** Sends what an expression of the page's own gives: for messages too large to travel to the page in reasonable time. */
  async sendExpression(expression: string): Promise<void> {
    await this.page.evaluate(`harness.send(${expression})`);
  }

  /** All messages that the webview posted, oldest first. */
  async posted(): Promise<readonly Outgoing[]> {
    return this.page.evaluate<Outgoing[]>("harness.posted");
  }

  /** Waits for a message of that type, posted after the first `after` ones, and returns the newest. */
  async waitForPosted<Type extends string>(type: Type, after = 0): Promise<Extract<Outgoing, { readonly type: Type }>> {
    return waitFor(
      `a posted message "${type}"`,
      async () =>
        (await this.posted())
          .slice(after)
          .filter(
            (message): message is Extract<Outgoing, { readonly type: Type }> =>
              (message as { type: string }).type === type,
          )
          .at(-1),
      10_000,
    );
  }

  /** Hides and shows the webview: VS Code makes a new page, which finds what `setState` kept. */
  async reload(): Promise<void> {
    await this.page.reload();
    await this.waitForPosted("ready");
  }

  /** @throws when the page broke the policy, logged an error or warning, or threw. */
  async assertClean(): Promise<void> {
    assert.deepEqual(await this.page.evaluate("harness.violations"), [], "content security policy");
    assert.deepEqual(this.errors, [], "console");
  }

  async close(): Promise<void> {
    await this.page.context().close();
  }
}

/** Checks and closes every page that a test opened, and writes a screenshot where it failed. */
export function closePagesAfterEach(): void {
  afterEach(async function (this: Mocha.Context) {
    const pages = openPages.splice(0);
    try {
      if (this.currentTest?.state !== "failed") for (const page of pages) await page.assertClean();
    } finally {
      for (const page of pages) await page.close();
    }
  });
  after(async () => {
    const { server, browser } = (await staged) ?? {};
    staged = undefined;
    await browser?.close();
    server?.close();
    server?.closeAllConnections();
  });
}

const openPages: { assertClean(): Promise<void>; close(): Promise<void> }[] = [];
let staged: Promise<{ origin: string; server: http.Server; browser: Browser }> | undefined;

async function stage(): Promise<{ origin: string; server: http.Server; browser: Browser }> {
  staged ??= (async () => {
    const chromium = findChromium();
    assert.ok(chromium, "These tests need a Chromium, Chrome or Edge; `npm test` says how to get one.");
    const server = http.createServer(answer);
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    return { origin: `http://127.0.0.1:${port}`, server, browser: await launchBrowser(chromium) };
  })();
  return staged;
}

const harnessDir = path.join(repositoryDir, "test/e2e/webview/harness");
const nonce = "bm9uY2Utb2YtdGhlLWhhcm5lc3M";

function answer(request: http.IncomingMessage, response: http.ServerResponse): void {
  const [, first = "", second = ""] = (request.url ?? "").split("?")[0]!.split("/");
  if (["preview", "events", "orders", "recording"].includes(first)) {
    response.setHeader("content-type", "text/html; charset=utf-8");
    response.setHeader(
      "content-security-policy",
      `default-src 'none'; script-src 'nonce-${nonce}'; style-src 'self' 'nonce-${nonce}'; font-src 'self'`,
    );
    response.end(html(first, second as Theme));
    return;
  }
  const file = path.join(first === "harness" ? harnessDir : path.join(distDir, "webview"), path.basename(second));
  if (!existsSync(file)) {
    response.writeHead(404).end();
    return;
  }
  const types: Record<string, string> = { ".css": "text/css", ".js": "text/javascript", ".ttf": "font/ttf" };
  response.setHeader("content-type", types[path.extname(file)] ?? "application/octet-stream");
  response.end(readFileSync(file));
}

function html(view: string, theme: Theme): string {
  const bodyClass = {
    dark: "vscode-dark",
    light: "vscode-light",
    "hc-dark": "vscode-high-contrast",
    "hc-light": "vscode-high-contrast vscode-high-contrast-light",
  }[theme];
  return `<!DOCTYPE html>
<html lang="en" class="${theme}">
  <head>
    <meta charset="utf-8">
    <meta property="csp-nonce" content="${nonce}">
    <link rel="stylesheet" href="/harness/themes.css">
    <link rel="stylesheet" href="/dist/codicon.css">
    <link rel="stylesheet" href="/dist/${view}.css">
    <script nonce="${nonce}" src="/harness/stub.js"></script>
  </head>
  <body class="${bodyClass}">
    <div id="app"></div>
    <script nonce="${nonce}" src="/dist/${view}.js"></script>
  </body>
</html>`;
}

/** JSON that is also a script's expression, lone surrogates and line separators included. */
function literal(value: unknown): string {
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
