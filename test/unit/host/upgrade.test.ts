/** What version 0.1.0 left behind still works: fixtures hold its recording, its record of a run, and its runner's messages. */

import assert from "node:assert/strict";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import * as path from "node:path";
import { WebSocket } from "ws";
import { decodeRunRecord } from "../../../src/host/records/runRecord";
import { RunListener } from "../../../src/host/runs/runListener";
import type { RunnerConnection, RunnerReceiver } from "../../../src/host/runs/runnerConnection";
import { RunModel } from "../../../src/model/runModel";
import { RUN_HEADER, type ExtensionMessage, type Init, type RunnerMessage } from "../../../src/protocol/wire";
import { repositoryDir } from "../../harness/paths";
import { waitFor } from "../../harness/waitFor";

const folder = path.join(repositoryDir, "test/fixtures/0.1.0");
const textOf = (name: string): string => readFileSync(path.join(folder, name), "utf8");
const recording = textOf("held.agentlog.jsonl");
const wire: { heldBytes: number; runner: object[]; extension: object[] } = JSON.parse(textOf("wire.json"));
const SECRET = "secret-of-the-run";

/** A run that takes what comes into a model. */
class Receiver implements RunnerReceiver {
  readonly model = new RunModel();
  readonly messages: string[] = [];
  connection: RunnerConnection | undefined;
  refusals = 0;

  runnerConnected(connection: RunnerConnection, init: Init): number {
    this.connection = connection;
    this.messages.push(init.type);
    return 0;
  }
  runnerRefused(): void {
    this.refusals++;
  }
  bytesReceived(bytes: Uint8Array): void {
    this.model.append(bytes);
  }
  messageReceived(message: Exclude<RunnerMessage, Init>): void {
    this.messages.push(message.type);
  }
  runnerDisconnected(): void {
    this.connection = undefined;
  }
}

describe("after an upgrade from 0.1.0", () => {
  const dir = mkdtempSync(path.join(tmpdir(), "agent-context-upgrade-"));
  const listener = new RunListener({ warn: (text) => warnings.push(text) });
  const warnings: string[] = [];
  const sockets: WebSocket[] = [];
  let receiver: Receiver;

  async function dial(): Promise<{ socket: WebSocket; heard: string[] }> {
    receiver = new Receiver();
    const [{ runId }] = wire.runner as [{ runId: string }];
    await listener.expect({ runId, secret: SECRET, rendezvous: path.join(dir, "rendezvous.json"), receiver });
    const headers = { authorization: `Bearer ${SECRET}`, [RUN_HEADER]: runId };
    const socket = new WebSocket(`ws://127.0.0.1:${await listener.port()}/run`, { headers });
    sockets.push(socket);
    const heard: string[] = [];
    socket.on("message", (data: Buffer) => heard.push(data.toString("utf8")));
    await once(socket, "open");
    return { socket, heard };
  }

  after(() => {
    for (const socket of sockets) socket.terminate();
    listener.dispose();
    rmSync(dir, { recursive: true });
  });

  it("a run that lives is followed, and its held merge approved, in the messages that its runner understands", async () => {
    const { socket, heard } = await dial();
    const [init, ...rest] = wire.runner;
    socket.send(JSON.stringify(init));
    await waitFor("the answer", () => heard.length === 1);
    socket.send(Buffer.from(recording.slice(0, wire.heldBytes)));
    for (const message of rest.slice(0, 2)) socket.send(JSON.stringify(message));
    await waitFor("what is held", () => receiver.model.holds(receiver.model.lastSeq).length === 1);
    const [ready, approve] = wire.extension as [ExtensionMessage, ExtensionMessage];
    receiver.connection?.send(approve);
    await waitFor("the command", () => heard.length === 2);
    assert.deepEqual(
      heard.map((text) => JSON.parse(text)),
      [ready, approve],
    );
    socket.send(Buffer.from(recording.slice(wire.heldBytes)));
    for (const message of rest.slice(2)) socket.send(JSON.stringify(message));
    await waitFor("the last message", () => receiver.messages.length === wire.runner.length);
    assert.deepEqual(receiver.messages, ["init", "holds", "status", "commandDone", "status"]);
    assert.equal(receiver.refusals, 0);
  });

  it("its runner is told in its own words what it knows by others, and a runner of today in today's", async () => {
    const setHolds = (mode: string): object => ({
      type: "command",
      id: 9,
      command: {
        name: "setHolds",
        run: mode,
        agents: [
          [2, mode],
          [3, "never"],
        ],
      },
    });
    const arm = (filter: string): object => ({
      type: "thread",
      action: {
        name: "arm",
        breakpoints: [
          { id: 1, place: { on: "exception", filter } },
          { id: 2, place: { on: "write", key: "a" } },
        ],
      },
    });
    for (const [init, mode, filter] of [
      [wire.runner[0], "onConflict", "conflict"],
      [{ ...wire.runner[0], problems: true }, "onProblem", "problem"],
    ] as const) {
      const { socket, heard } = await dial();
      socket.send(JSON.stringify(init));
      await waitFor("the answer", () => heard.length === 1);
      receiver.connection?.send(setHolds("onProblem") as ExtensionMessage);
      receiver.connection?.send(arm("problem") as ExtensionMessage);
      await waitFor("both", () => heard.length === 3);
      assert.deepEqual(
        heard.slice(1).map((text) => JSON.parse(text)),
        [setHolds(mode), arm(filter)],
      );
      socket.close();
      await once(socket, "close");
    }
  });

  it("a run whose runner is not understood says so", async () => {
    const { socket } = await dial();
    socket.send(JSON.stringify({ ...wire.runner[0], version: 0 }));
    await once(socket, "close");
    assert.equal(receiver.refusals, 1);
    assert.match(warnings.join(), /speaks version 0/);
  });

  it("recordings say what they said", () => {
    const model = new RunModel();
    model.append(Buffer.from(recording));
    model.finish();
    assert.equal(model.damageCount, 0);
    assert.equal(model.eventCount, model.lastSeq);
    assert.equal(model.lastSeq, JSON.parse(recording.trim().split("\n").at(-2)!).seq);
    const [agent] = model.agents();
    assert.equal(model.layerName(agent!.layer), "agent_a");
    assert.deepEqual(model.info.ended, { ...model.info.ended, code: 0 });
  });

  it("records of runs, living and ended, are read whole", () => {
    const records: Record<string, object> = JSON.parse(textOf("run.json"));
    assert.deepEqual(Object.keys(records), ["live", "ended"]);
    const [live, ended] = Object.values(records) as [{ live: object }, object];
    // The hold mode onConflict has another name now.
    const named = { ...live, live: { ...live.live, holdMerges: "onProblem" } };
    assert.deepEqual(decodeRunRecord(JSON.stringify(live)), named);
    assert.deepEqual(decodeRunRecord(JSON.stringify(ended)), ended);
  });

  it("settings, launch configurations, commands in keybindings, views and editors are known", () => {
    const { contributes } = JSON.parse(readFileSync(path.join(repositoryDir, "package.json"), "utf8"));
    const old = JSON.parse(textOf("manifest.json"));
    const now: Record<string, { type: string; enum?: string[]; scope: string }> = contributes.configuration.properties;
    for (const [name, setting] of Object.entries<{ type: string; enum?: string[]; scope: string }>(old.settings)) {
      assert.deepEqual([now[name]?.type, now[name]?.scope], [setting.type, setting.scope], name);
      for (const value of setting.enum ?? []) assert.ok(now[name]?.enum?.includes(value), `${name}: ${value}`);
    }
    const commands = contributes.commands.map(({ command }: { command: string }) => command);
    assert.deepEqual(
      old.commands.filter((id: string) => !commands.includes(id)),
      [],
    );
    const views = Object.values<{ id: string }[]>(contributes.views).flat();
    assert.deepEqual(
      old.views.filter((id: string) => !views.some((view) => view.id === id)),
      [],
    );
    const editors: { viewType: string }[] = contributes.customEditors;
    assert.deepEqual(
      old.customEditors.filter((id: string) => !editors.some(({ viewType }) => viewType === id)),
      [],
    );
    for (const [type, requests] of Object.entries<Record<string, string[]>>(old.debuggers)) {
      const debuggerNow = contributes.debuggers.find((each: { type: string }) => each.type === type);
      for (const [request, names] of Object.entries(requests)) {
        const known = Object.keys(debuggerNow.configurationAttributes[request].properties);
        assert.deepEqual(
          names.filter((name) => !known.includes(name)),
          [],
          `${type}, ${request}`,
        );
      }
    }
  });
});
