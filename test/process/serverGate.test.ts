import * as assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { once } from "node:events";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import * as http from "node:http";
import * as os from "node:os";
import * as path from "node:path";
import { WebSocket, WebSocketServer } from "ws";
import { openServerGate } from "../../scripts/serverGate.mjs";

type Headers = Record<string, string | string[]>;
interface Answer {
  readonly status: number;
  readonly headers: http.IncomingHttpHeaders;
  readonly body: string;
}

describe("the gate before a VS Code server", function () {
  if (process.platform === "win32") return;
  let folder: string;
  let backend: http.Server;
  let gate: Awaited<ReturnType<typeof openServerGate>>;
  let token: string;
  const seen: { url: string; headers: http.IncomingHttpHeaders; body: string }[] = [];

  before(async () => {
    folder = mkdtempSync(path.join(os.tmpdir(), "agent-context-gate-"));
    backend = http.createServer((request, response) => {
      let body = "";
      request.on("data", (chunk: Buffer) => (body += chunk.toString()));
      request.on("end", () => {
        seen.push({ url: request.url ?? "", headers: request.headers, body });
        response.writeHead(201, "Made", ["Content-Type", "text/x", "Set-Cookie", "one=1", "Set-Cookie", "two=2"]);
        response.end(`${request.method} ${request.url}`);
      });
    });
    const sockets = new WebSocketServer({ server: backend });
    sockets.on("connection", (socket, { url, headers }) => {
      seen.push({ url: url ?? "", headers, body: "" });
      socket.on("message", (data, isBinary) => socket.send(data, { binary: isBinary }));
    });
    const socket = path.join(folder, "editor.sock");
    await once(backend.listen(socket), "listening");
    gate = await openServerGate({ socket });
    token = new URL(gate.url("/")).searchParams.get("token")!;
  });
  beforeEach(() => (seen.length = 0));
  after(() => {
    gate.close();
    backend.close();
    rmSync(folder, { recursive: true });
  });

  async function ask(pathAndQuery: string, headers: Headers = {}, method = "GET", body?: string): Promise<Answer> {
    const request = http.request({
      ...{ host: "127.0.0.1", port: gate.port, path: pathAndQuery, method, agent: false },
      headers: { Host: `127.0.0.1:${gate.port}`, ...headers },
    });
    request.end(body);
    const [response] = (await once(request, "response")) as [http.IncomingMessage];
    let text = "";
    for await (const chunk of response) text += String(chunk);
    return { status: response.statusCode ?? 0, headers: response.headers, body: text };
  }
  const cookie = (): Headers => ({ Cookie: `agent-context-${gate.port}=${token}` });

  /** @returns the status that refused it, or undefined once a message went there and came back */
  async function upgrade(headers: Record<string, string>, message = "hello"): Promise<number | undefined> {
    const client = new WebSocket(`ws://127.0.0.1:${gate.port}/stable?reconnectionToken=x`, { headers });
    try {
      const refused = once(client, "unexpected-response").then(([, { statusCode }]) => statusCode as number);
      const echoed = once(client, "open").then(async () => {
        client.send(message);
        const [data] = (await once(client, "message")) as [Buffer];
        assert.equal(data.toString(), message);
        return undefined;
      });
      client.on("error", () => undefined);
      refused.catch(() => undefined);
      echoed.catch(() => undefined);
      return await Promise.race([refused, echoed]);
    } finally {
      client.terminate();
    }
  }

  it("lets nobody in without the token: neither requests nor web sockets", async () => {
    const wrong = { Cookie: `agent-context-${gate.port}=${"A".repeat(token.length)}` };
    for (const [place, headers] of [
      ["/", {}],
      ["/healthz", {}],
      ["/?token=", {}],
      [`/?token=${token.slice(1)}`, {}],
      ["/", wrong],
      ["/", { Cookie: token }],
      ["/", { Authorization: `Bearer ${token}` }],
    ] as const) {
      const { status, body } = await ask(place, headers);
      assert.equal(status, 401, place);
      assert.match(body, /Open the address that was printed/);
    }
    assert.equal(await upgrade({}), 401);
    assert.equal(await upgrade(wrong), 401);
    assert.deepEqual(seen, []);
  });

  it("answers to no other host name and to no page of others, token or not", async () => {
    const { port } = gate;
    for (const headers of [
      { Host: "evil.example" },
      { Host: `evil.example:${port}` },
      { Host: "127.0.0.1.evil.example" },
      { Host: `localhost.evil.example:${port}` },
      { Origin: "http://evil.example" },
      { Origin: "null" },
      { Origin: `http://127.0.0.1:${port + 1}` },
      { Origin: `https://127.0.0.1:${port}` },
      { Host: `localhost:${port}`, Origin: `http://127.0.0.1:${port}` },
    ]) {
      for (const place of ["/", `/?token=${token}`]) {
        const { status, headers: told } = await ask(place, { ...cookie(), ...headers });
        assert.deepEqual([status, told["set-cookie"]], [403, undefined], JSON.stringify(headers));
      }
      assert.equal(await upgrade({ ...(cookie() as Record<string, string>), ...headers }), 403);
    }
    assert.deepEqual(seen, []);
  });

  it("takes the token once and keeps it in a cookie that scripts and other sites never see", async () => {
    const address = new URL(gate.url("/?folder=/some/folder%20of%20mine"));
    const { status, headers, body } = await ask(address.pathname + address.search);
    assert.equal(status, 200);
    assert.deepEqual(headers["set-cookie"], [`agent-context-${gate.port}=${token}; Path=/; HttpOnly; SameSite=Strict`]);
    assert.equal(headers["referrer-policy"], "no-referrer");
    assert.match(body, /content="0; url=\/\?folder=\/some\/folder\+of\+mine"/);
    assert.ok(!body.includes(token));
    const away = await ask(`//evil.example/x?token=${token}`);
    assert.match(away.body, /url=\/evil\.example\/x"/);
    assert.deepEqual(seen, []);
  });

  it("passes on requests and their answers, and keeps the token to itself", async () => {
    const headers = {
      Cookie: `vscode=a=b; agent-context-${gate.port}=${token}; other=2`,
      Origin: gate.origin,
      "X-Forwarded-Host": "evil.example",
      Forwarded: "host=evil.example",
      "X-Mine": "yes",
    };
    const answer = await ask("/a%20b?c=d", headers, "POST", "text");
    assert.equal(answer.status, 201);
    assert.equal(answer.body, "POST /a%20b?c=d");
    assert.deepEqual(answer.headers["set-cookie"], ["one=1", "two=2"]);
    const [request] = seen;
    assert.equal(request!.body, "text");
    assert.equal(request!.headers.cookie, "vscode=a=b; other=2");
    assert.equal(request!.headers.host, `127.0.0.1:${gate.port}`);
    assert.equal(request!.headers["x-mine"], "yes");
    assert.deepEqual([request!.headers["x-forwarded-host"], request!.headers.forwarded], [undefined, undefined]);
  });

  it("passes on what else is called a token, for who is in", async () => {
    for (const place of ["/resource?path=x&tkn=", "/resource?token=other"]) {
      assert.equal((await ask(place, cookie())).body, `GET ${place}`);
    }
  });

  it("passes on web sockets", async () => {
    const headers = { ...(cookie() as Record<string, string>), Origin: gate.origin };
    assert.equal(await upgrade(headers, "x".repeat(1_000_000)), undefined);
    assert.deepEqual([seen[0]!.url, seen[0]!.headers.cookie], ["/stable?reconnectionToken=x", undefined]);
  });

  it("says so when the server is gone", async () => {
    const other = await openServerGate({ socket: path.join(folder, "nobody.sock") });
    try {
      const mine = new URL(other.url("/")).searchParams.get("token")!;
      const response = await fetch(`${other.origin}/`, { headers: { Cookie: `agent-context-${other.port}=${mine}` } });
      assert.equal(response.status, 502);
      assert.match(await response.text(), /The VS Code server does not answer/);
    } finally {
      other.close();
    }
  });

  it("takes another port where the wanted one is in use", async () => {
    const other = await openServerGate({ socket: path.join(folder, "editor.sock"), port: gate.port });
    assert.notEqual(other.port, gate.port);
    other.close();
  });

  it("has the server on a socket file that other users cannot open", function () {
    // Only root can be somebody else.
    if (process.getuid?.() !== 0) return this.skip();
    const socket = path.join(folder, "editor.sock");
    // As a careless umask would leave it: the folder alone must do.
    chmodSync(socket, 0o777);
    const script = `require("node:net").connect(${JSON.stringify(socket)}).on("connect", () => console.log("open")).on("error", (error) => console.log(error.code))`;
    const said = execFileSync(process.execPath, ["-e", script], {
      uid: 65_534,
      gid: 65_534,
      cwd: "/",
      encoding: "utf8",
    });
    assert.equal(said.trim(), "EACCES");
  });
});
