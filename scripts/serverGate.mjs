/**
 * The door to a VS Code server that would let in every user of the machine: a listener on 127.0.0.1 that demands a token
 * and passes requests on to the socket file that the server listens on.
 *
 * The token comes once, in the address that a person opens, and stays as a cookie. It stands in no process's arguments or
 * environment and in no file. Pages that reach this port under another host name (DNS rebinding) or from another origin
 * are refused, with or without it.
 */

import { createHash, randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, request, STATUS_CODES } from "node:http";
import { connect } from "node:net";

/** VS Code's own pages ask with a "tkn" of theirs. */
const TOKEN_NAME = "token";
const LOOPBACK = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;
/** Of one connection alone; and what a proxy before us may say of hosts, which the server would believe. */
const NOT_PASSED_ON =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|forwarded|x-forwarded-.*)$/i;
const PAGE_HEADERS = {
  "Cache-Control": "no-store",
  "Referrer-Policy": "no-referrer",
  "X-Content-Type-Options": "nosniff",
  "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'",
};

/**
 * @typedef {object} ServerGate
 * @property {string} origin
 * @property {number} port
 * @property {(pathAndQuery: string) => string} url the address with the token in it
 * @property {() => void} close ends every connection
 */

/**
 * @param {object} options
 * @param {string} options.socket what requests are passed on to
 * @param {number} [options.port] tried first; a free one is taken where it is in use
 * @returns {Promise<ServerGate>}
 */
export async function openServerGate({ socket, port: wanted = 0 }) {
  const token = randomBytes(32).toString("base64url");
  const server = createServer({ requestTimeout: 0 });
  const sockets = new Set();
  server.on("connection", (each) => {
    sockets.add(each);
    each.once("close", () => sockets.delete(each));
  });
  const port = await listen(server, wanted).catch((error) => {
    if (error.code !== "EADDRINUSE") throw error;
    return listen(server, 0);
  });
  // All ports of a host share its cookies: each gate's has a name of its own.
  const guard = { token, cookieName: `agent-context-${port}` };
  server.on("request", (incoming, response) => answer(incoming, response, guard, socket));
  server.on("upgrade", (incoming, client, head) => upgrade(incoming, client, head, guard, socket));
  const origin = `http://127.0.0.1:${port}`;
  return {
    origin,
    port,
    url: (pathAndQuery) => `${origin}${pathAndQuery}${pathAndQuery.includes("?") ? "&" : "?"}${TOKEN_NAME}=${token}`,
    close: () => {
      server.close();
      for (const each of sockets) each.destroy();
    },
  };
}

function answer(incoming, response, guard, socket) {
  const foreign = foreignProblem(incoming);
  if (foreign !== undefined) return refuse(response, 403, foreign);
  const url = new URL(`http://host/${incoming.url.replace(/^\/+/, "")}`);
  const given = url.searchParams.get(TOKEN_NAME);
  if (given !== null && isToken(given, guard)) return letIn(response, url, guard);
  if (!hasCookie(incoming, guard)) {
    return refuse(
      response,
      401,
      "This editor asks for a token. Open the address that was printed when it was started.",
    );
  }
  const onward = request({
    socketPath: socket,
    method: incoming.method,
    path: incoming.url,
    headers: onwardHeaders(incoming, guard),
    agent: false,
  });
  onward.on("response", (answered) => {
    response.writeHead(answered.statusCode, answered.statusMessage, passedOn(answered.rawHeaders));
    answered.pipe(response);
  });
  onward.on("error", (error) => {
    if (response.headersSent) response.destroy();
    else refuse(response, 502, `The VS Code server does not answer: ${error.message}`);
  });
  response.on("close", () => onward.destroy());
  incoming.pipe(onward);
}

/**
 * A page of ours leads on, not a redirect: a browser that came by a link of another page would keep a strict cookie to
 * itself through all redirects.
 */
function letIn(response, url, { token, cookieName }) {
  url.searchParams.delete(TOKEN_NAME);
  const query = url.search.replaceAll("%2F", "/");
  const target = `${url.pathname}${query}`.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  response.writeHead(200, {
    ...PAGE_HEADERS,
    "Content-Type": "text/html; charset=utf-8",
    "Set-Cookie": `${cookieName}=${token}; Path=/; HttpOnly; SameSite=Strict`,
  });
  response.end(`<!doctype html><meta http-equiv="refresh" content="0; url=${target}"><title>VS Code</title>\n`);
}

function upgrade(incoming, client, head, guard, socket) {
  client.on("error", () => client.destroy());
  const foreign = foreignProblem(incoming);
  if (foreign !== undefined || !hasCookie(incoming, guard)) {
    const status = foreign === undefined ? 401 : 403;
    client.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`);
    return;
  }
  const onward = connect(socket);
  const end = () => {
    client.destroy();
    onward.destroy();
  };
  onward.on("error", end);
  onward.on("close", end);
  client.on("close", end);
  onward.setNoDelay();
  client.setNoDelay();
  const headers = onwardHeaders(incoming, guard);
  const lines = [`${incoming.method} ${incoming.url} HTTP/1.1`];
  for (let index = 0; index < headers.length; index += 2) lines.push(`${headers[index]}: ${headers[index + 1]}`);
  lines.push("Connection: Upgrade", `Upgrade: ${incoming.headers.upgrade}`);
  onward.write(`${lines.join("\r\n")}\r\n\r\n`, "latin1");
  onward.write(head);
  client.pipe(onward).pipe(client);
}

/** Why a request is not from a page or person of this machine; undefined when it may be. */
function foreignProblem({ headers, headersDistinct }) {
  const { host = "", origin } = headers;
  if (headersDistinct.host?.length !== 1 || !LOOPBACK.test(host)) {
    return "This editor answers as 127.0.0.1 or localhost only.";
  }
  if (origin !== undefined && origin.toLowerCase() !== `http://${host.toLowerCase()}`) {
    return "This editor answers its own pages only.";
  }
  return undefined;
}

function hasCookie({ headers }, guard) {
  return cookiesOf(headers).some(([name, value]) => name === guard.cookieName && isToken(value, guard));
}

function cookiesOf({ cookie = "" }) {
  return cookie.split(/;\s*/).map((pair) => {
    const at = pair.indexOf("=");
    return [pair.slice(0, at), pair.slice(at + 1)];
  });
}

/** In a time that tells nothing of where the two differ. */
function isToken(given, { token }) {
  const [one, other] = [given, token].map((text) => createHash("sha256").update(text).digest());
  return timingSafeEqual(one, other);
}

/** As a flat list, without the token. */
function onwardHeaders({ headers, rawHeaders }, { cookieName }) {
  const others = cookiesOf(headers).filter(([name]) => name !== "" && name !== cookieName);
  const kept = passedOn(rawHeaders).filter((_, index, all) => !/^cookie$/i.test(all[index - (index % 2)]));
  return others.length === 0 ? kept : [...kept, "Cookie", others.map((pair) => pair.join("=")).join("; ")];
}

function passedOn(rawHeaders) {
  return rawHeaders.filter((_, index) => !NOT_PASSED_ON.test(rawHeaders[index - (index % 2)]));
}

function refuse(response, status, text) {
  response.writeHead(status, { ...PAGE_HEADERS, "Content-Type": "text/plain; charset=utf-8", Connection: "close" });
  response.end(`${text}\n`);
}

function listen(server, port) {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", () => {
      server.off("error", reject);
      resolve(server.address().port);
    });
  });
}
