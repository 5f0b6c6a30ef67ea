/** Tests the Agent Events page in a real browser, with the extension's side played by the test. */

import assert from "node:assert/strict";
import type { EventFilter, EventsFromWebview, EventsToWebview } from "../../../src/protocol/eventsMessages";
import { waitFor } from "../../harness/waitFor";
import { assertAccessible, assertReachable, PANEL_SIZES } from "./harness/accessibility";
import { sampleEvent, sampleEventDetails, sampleList } from "./harness/samples";
import type { WebviewPageOptions } from "./harness/webviewPage";
import { closePagesAfterEach, WebviewPage } from "./harness/webviewPage";

type Events = WebviewPage<EventsToWebview, EventsFromWebview>;

const open = (options: Partial<WebviewPageOptions> = {}): Promise<Events> =>
  WebviewPage.open<EventsToWebview, EventsFromWebview>({ view: "events", width: 1300, height: 320, ...options });

/** Answers every request for rows that the page has posted so far and not been answered by this function. */
async function answerRows(events: Events, from = 0, event = sampleEvent): Promise<number> {
  const posted = await events.posted();
  for (const message of posted.slice(from)) {
    if (message.type !== "wantRows") continue;
    const rows = Array.from({ length: message.to - message.from }, (_, offset) => event(message.from + offset));
    await events.send({ type: "rows", request: message.request, from: message.from, rows });
  }
  return posted.length;
}

const summaries = (events: Events): Promise<string[]> =>
  events.page.locator("#events [data-index] .row-text").allTextContents();
const selected = (events: Events) => events.page.locator("#events [data-index][aria-selected=true]");
const counter = (events: Events): Promise<string> => events.page.locator(".counter").innerText();

async function openWithRows(list = sampleList(), options: Partial<WebviewPageOptions> = {}): Promise<Events> {
  const events = await open(options);
  await events.send(list);
  await events.waitForPosted("wantRows");
  await answerRows(events);
  await events.page.locator("#events [data-index]:not(.loading)").first().waitFor();
  return events;
}

describe("agent events webview", () => {
  closePagesAfterEach();

  it("asks for the rows in sight, shows placeholders until they come, and then each row's facts", async () => {
    const events = await open();
    await events.send(sampleList({ cursor: { live: false, seq: 1 }, cursorIndex: 0 }));
    assert.deepEqual(await events.waitForPosted("wantRows"), { type: "wantRows", request: 1, from: 0, to: 100 });
    await events.page.locator("#events [data-index].loading").first().waitFor();
    await answerRows(events);
    await waitFor("the rows", async () => (await events.page.locator(".loading").count()) === 0);
    const row = events.page.locator("#events [data-index]").nth(2);
    assert.equal(
      (await row.innerText()).replaceAll(/\s+/g, " ").trim(),
      "shared_counter: 3 → 5 state_changed researcher_a +0.274 s 3",
    );
    assert.equal(await row.locator(".kind").getAttribute("title"), "state_changed");
    assert.match((await row.locator(".time").getAttribute("title")) ?? "", /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.274Z/);
    assert.equal(await counter(events), "event 1 of 340");
    await assertAccessible(events.page);
  });

  it("has what happened as its first and widest column, beside others that are sized by pointer and keys", async () => {
    const events = await openWithRows(sampleList(), { width: 1090 });
    const headers = events.page.getByRole("columnheader");
    assert.deepEqual(await headers.allInnerTexts(), ["What Happened", "Kind", "Agent", "Time", "Event"]);
    const widths = async (): Promise<number[]> =>
      headers.evaluateAll((all) => all.map((header) => Math.round(header.getBoundingClientRect().width)));
    const [what = 0, ...others] = await widths();
    assert.ok(what > 360 && what > 3 * Math.max(...others), `${what} beside ${others.join(", ")}`);
    // Headers stand over their cells.
    const lefts = (selector: string): Promise<number[]> =>
      events.page.locator(selector).evaluateAll((all) => all.map((each) => each.getBoundingClientRect().left));
    const cells = "#events [data-index]:nth-child(1) [role=gridcell]";
    assert.deepEqual(await lefts("[role=columnheader]"), await lefts(cells));

    const bar = events.page.getByRole("separator", { name: "Width of the column Agent" });
    const box = (await bar.boundingBox())!;
    await events.page.mouse.move(box.x + 4, box.y + 10);
    await events.page.mouse.down();
    await events.page.mouse.move(box.x - 46, box.y + 10, { steps: 4 });
    await events.page.mouse.up();
    assert.deepEqual(await widths(), [what - 50, others[0], others[1]! + 50, others[2], others[3]]);
    assert.equal(await bar.getAttribute("aria-valuenow"), String(others[1]! + 50));
    await bar.press("ArrowRight");
    assert.equal((await widths())[2], others[1]! + 42);
    await bar.press("End");
    assert.ok((await widths())[0]! >= 200, "the widest leaves room for what happened");
    await bar.press("Home");
    assert.equal((await widths())[2], 32);
    assert.equal(await selected(events).locator(".seq").innerText(), "340", "keys that size move no cursor");
    await events.reload();
    await events.send(sampleList());
    await waitFor("the width that was set", async () => (await widths())[2] === 32);
    await bar.dblclick();
    assert.deepEqual(await widths(), [what, ...others]);
    assert.deepEqual(await lefts("[role=columnheader]"), await lefts(cells));
  });

  it("keeps what is shown until a search finds something, and then the place that the reader looks at", async () => {
    const events = await openWithRows(sampleList({ cursor: { live: false, seq: 300 }, cursorIndex: 299 }));
    const list = events.page.locator("#events");
    const scrollTop = (): Promise<number> => list.evaluate((node) => node.scrollTop);
    const filter: EventFilter = { agents: [], kinds: [], key: "", text: "needle" };
    const search = (searched: number, matching: number, cursorIndex: number): Promise<void> =>
      events.send(sampleList({ filter, searched, matching, cursor: { live: false, seq: 300 }, cursorIndex }));
    const before = await scrollTop();
    assert.ok(before > 0);
    await search(20, 0, -1);
    await waitFor("how far it is", async () => (await counter(events)).includes("searching 5 %"));
    assert.equal(await list.getAttribute("aria-busy"), "true");
    assert.equal(await scrollTop(), before);
    assert.ok((await events.page.locator("#events [data-index]").count()) > 5, "nothing flickers");
    const posted = (await events.posted()).length;
    await search(60, 40, 39);
    await events.waitForPosted("wantRows", posted);
    await answerRows(events, posted, (index) => ({ ...sampleEvent(index), summary: `needle ${index}` }));
    await waitFor("what was found", async () => (await summaries(events))[0] === "needle 0");
    assert.equal(await list.getAttribute("aria-busy"), "false");
    await list.evaluate((node) => void (node.scrollTop = 110));
    for (const searched of [200, 340]) {
      await search(searched, searched / 2, 149);
      await waitFor("the next slice", async () => (await counter(events)).includes(`(${String(searched / 2)} shown`));
      assert.equal(await scrollTop(), 110);
    }
    await events.send(sampleList({ filter, matching: 170, cursor: { live: false, seq: 20 }, cursorIndex: 9 }));
    await events.send(sampleList({ filter, matching: 170, cursor: { live: false, seq: 301 }, cursorIndex: 150 }));
    await waitFor("the row of a cursor that moves", async () => (await scrollTop()) > 1_000);
    const none: EventFilter = { ...filter, text: "needles" };
    await events.send(sampleList({ filter: none, searched: 20, matching: 0, cursorIndex: -1 }));
    await events.send(sampleList({ filter: none, matching: 0, cursorIndex: -1 }));
    await events.page.getByText("No event matches the filters.").waitFor();
  });

  it("holds a million events with few elements, and asks again only for what it lacks", async () => {
    const events = await openWithRows(
      sampleList({ total: 1_000_000, cursor: { live: false, seq: 1 }, cursorIndex: 0 }),
    );
    assert.ok((await events.page.locator("#events [data-index]").count()) < 80);
    const before = (await events.posted()).length;
    await events.page.locator("#events").evaluate((list) => void (list.scrollTop = 500_000 * 22));
    const { from, to } = await events.waitForPosted("wantRows", before);
    assert.ok(from <= 500_000 && to > 500_000 && to - from <= 100, `${String(from)}…${String(to)}`);
    await answerRows(events, before);
    await waitFor("row 500,000", async () =>
      (await events.page.locator("#events .seq").allTextContents()).includes("500001"),
    );
    await events.page.locator("#events").evaluate((list) => void (list.scrollTop = 0));
    await waitFor("the first rows", async () =>
      (await events.page.locator("#events .seq").allTextContents()).includes("1"),
    );
    assert.equal(await events.page.locator("#events .loading").count(), 0);
  });

  it("ignores rows that were asked for before the filter changed", async () => {
    const events = await open();
    await events.send(sampleList({ cursor: { live: false, seq: 1 }, cursorIndex: 0 }));
    const early = await events.waitForPosted("wantRows");
    const filter: EventFilter = { agents: [], kinds: [], key: "counter", text: "" };
    const before = (await events.posted()).length;
    await events.send(sampleList({ filter, matching: 20, cursor: { live: false, seq: 1 }, cursorIndex: 0 }));
    const late = await events.waitForPosted("wantRows", before);
    const rows = (text: string) => Array.from({ length: 20 }, (_, index) => ({ ...sampleEvent(index), summary: text }));
    await events.send({ type: "rows", request: late.request, from: 0, rows: rows("right") });
    await events.send({ type: "rows", request: early.request, from: 0, rows: rows("wrong") });
    await events.send({ type: "details", details: sampleEventDetails });
    await events.page.locator(".details-head h2").waitFor();
    assert.deepEqual([...new Set(await summaries(events))], ["right"]);
  });

  it("moves the cursor by click and keys, at once here and by moveTo there", async () => {
    const events = await openWithRows(sampleList({ cursor: { live: false, seq: 5 }, cursorIndex: 4 }));
    assert.equal(await selected(events).locator(".seq").innerText(), "5");
    await events.page.locator("#events [data-index]", { hasText: "refused: shared_counter moved" }).first().click();
    assert.deepEqual(await events.waitForPosted("moveTo"), { type: "moveTo", seq: 7 });
    assert.equal(await selected(events).locator(".seq").innerText(), "7");
    await events.send(sampleList({ cursor: { live: false, seq: 7 }, cursorIndex: 6 }));
    await events.page.keyboard.press("ArrowDown");
    await events.page.keyboard.press("ArrowDown");
    assert.deepEqual(await events.waitForPosted("moveTo"), { type: "moveTo", seq: 9 });
    await events.send(sampleList({ cursor: { live: false, seq: 8 }, cursorIndex: 7 }));
    await waitFor("the counter", async () => (await counter(events)) === "event 8 of 340");
    assert.equal(
      await selected(events).locator(".seq").innerText(),
      "9",
      "an answer that lags must not take the cursor back",
    );
    await events.send(sampleList({ cursor: { live: false, seq: 9 }, cursorIndex: 8 }));
    await waitFor("the counter", async () => (await counter(events)) === "event 9 of 340");
    assert.equal((await events.page.locator("#events .future").count()) > 0, true);
    await events.page.keyboard.press("Home");
    assert.deepEqual(await events.waitForPosted("moveTo"), { type: "moveTo", seq: 1 });
  });

  it("moves to a row that is not here yet as soon as it comes", async () => {
    const events = await openWithRows(sampleList({ total: 5_000, cursor: { live: false, seq: 5 }, cursorIndex: 4 }));
    const before = (await events.posted()).length;
    await events.page.locator("#events").focus();
    await events.page.keyboard.press("End");
    await events.waitForPosted("wantRows", before);
    await answerRows(events, before);
    assert.deepEqual(await events.waitForPosted("moveTo"), { type: "moveTo", seq: 5_000 });
  });

  it("follows the newest event while live and at the end, and stays put once the reader scrolls up", async () => {
    const events = await openWithRows();
    await waitFor("the newest row", async () =>
      (await events.page.locator("#events .seq").allTextContents()).includes("340"),
    );
    const atEnd = (): Promise<boolean> =>
      events.page.locator("#events").evaluate((list) => list.scrollTop + list.clientHeight >= list.scrollHeight - 1);
    assert.equal(await atEnd(), true);
    await events.send(sampleList({ total: 400 }));
    await waitFor("the counter", async () => (await counter(events)) === "event 400 of 400");
    assert.equal(await atEnd(), true);
    await events.page.locator("#events").evaluate((list) => void (list.scrollTop = 1_000));
    await events.send(sampleList({ total: 500 }));
    await waitFor("the counter", async () => (await counter(events)) === "event 500 of 500");
    assert.equal(await events.page.locator("#events").evaluate((list) => list.scrollTop), 1_000);
    await events.page.getByRole("button", { name: "First Event" }).click();
    await events.send(sampleList({ total: 500, cursor: { live: false, seq: 1 }, cursorIndex: 0 }));
    await waitFor("the first row in sight", () =>
      events.page.locator("#events").evaluate((list) => list.scrollTop === 0),
    );
    await events.send(sampleList({ total: 510 }));
    await waitFor("the end in sight again", atEnd);
  });

  it("steps by buttons that are off where there is nowhere to go", async () => {
    const events = await openWithRows();
    const button = (name: string) => events.page.getByRole("button", { name });
    for (const [name, to] of [
      ["First Event", "first"],
      ["Step Back", "back"],
      ["Live", "live"],
    ] as const) {
      await button(name).click();
      assert.deepEqual(await events.waitForPosted("step"), { type: "step", to });
    }
    assert.equal(await button("Step Forward").isDisabled(), true);
    assert.equal(await button("Last Event").isDisabled(), true);
    const list = sampleList({ cursor: { live: false, seq: 1 }, cursorIndex: 0, cut: 7, onDisk: 12_000, matching: 30 });
    await events.send(list);
    await waitFor("Step Forward to be on", () => button("Step Forward").isEnabled());
    assert.equal(await button("Step Back").isDisabled(), true);
    assert.equal(await counter(events), "event 1 of 340", "the rows of merges stand for more events than one");
    await events.send({ ...list, filter: { agents: [], kinds: [], key: "", text: "x" } });
    await waitFor("the filter", async () => (await counter(events)) === "event 1 of 340 (30 shown)");
    assert.equal(await events.page.locator(".cut").innerText(), "7 events are not kept");
    assert.equal(await events.page.locator(".on-disk").innerText(), "12,000 values on disk");
  });

  it("filters by agents, kinds, key and text, and never takes a typed letter back", async () => {
    const events = await openWithRows();
    await events.page.getByRole("button", { name: "Agents" }).click();
    await events.page.locator(".picker-popup .checkbox", { hasText: "lead" }).click();
    assert.deepEqual((await events.waitForPosted("setFilter")).filter, { agents: [1], kinds: [], key: "", text: "" });
    await events.page.locator(".picker-popup .checkbox", { hasText: "researcher_b" }).click();
    assert.deepEqual((await events.waitForPosted("setFilter")).filter.agents, [1, 3]);
    await assertAccessible(events.page);
    await events.page.keyboard.press("Escape");
    assert.equal(await events.page.locator(".picker-popup:visible").count(), 0);
    await events.page.getByRole("button", { name: "Kinds" }).click();
    await events.page.locator(".picker-popup:visible .checkbox", { hasText: "state_read" }).click();
    await events.page.locator(".key input, vscode-text-field").first().click();
    await events.page.keyboard.type("cou");
    const last = await events.waitForPosted("setFilter");
    assert.deepEqual(last.filter, { agents: [1, 3], kinds: ["state_read"], key: "cou", text: "" });
    await events.send(sampleList({ filter: { ...last.filter, key: "c" }, matching: 12, cursorIndex: 11 }));
    await waitFor("the echo", async () => (await counter(events)).endsWith("(12 shown)"));
    await events.page.keyboard.type("n");
    assert.equal((await events.waitForPosted("setFilter")).filter.key, "coun");
    await events.send(
      sampleList({ filter: { agents: [2], kinds: [], key: "", text: "from the tree" }, matching: 0, cursorIndex: -1 }),
    );
    await events.page.getByText("No event matches the filters.").waitFor();
    assert.equal(await events.page.getByRole("button", { name: "Agents: researcher_a" }).count(), 1);
    await events.page.getByRole("button", { name: "Clear Filters" }).click();
    assert.deepEqual((await events.waitForPosted("setFilter")).filter, { agents: [], kinds: [], key: "", text: "" });
  });

  it("keeps its elements, focus and selection while messages come in", async () => {
    const at = { cursor: { live: false, seq: 5 }, cursorIndex: 4 };
    const events = await openWithRows(sampleList(at));
    await events.send({ type: "details", details: sampleEventDetails });
    await events.page.locator(".details-head h2").waitFor();
    await events.page.getByRole("button", { name: "Agents" }).click();
    await events.page.locator(".picker-popup .checkbox", { hasText: "researcher_a" }).focus();
    await events.page.evaluate(`
      const select = (node) => getSelection().selectAllChildren(node);
      select(document.querySelector("dd"));
      window.marked = [...document.querySelectorAll(".toolbar *, #events [data-index], #events [data-index] *, .pane-details, .pane-details *")];
    `);
    // One agent is new, and stands before the one that has the focus; another is gone.
    const agents = [
      { layer: 2, name: "researcher_a" },
      { layer: 1, name: "lead" },
      { layer: 4, name: "reviewer" },
    ];
    await events.send(sampleList({ ...at, total: 400, agents: [agents[2]!, ...agents.slice(0, 2)] }));
    await events.send({ type: "details", details: structuredClone(sampleEventDetails) });
    await waitFor("the counter", async () => (await counter(events)) === "event 5 of 400");
    const gone = await events.page.evaluate<string[]>(
      "marked.filter((node) => !node.isConnected).map((node) => node.textContent)",
    );
    assert.deepEqual([...new Set(gone)], ["researcher_b"]);
    assert.equal(await events.page.evaluate("document.activeElement.textContent.trim()"), "researcher_a");
    assert.equal(await events.page.evaluate("getSelection().toString()"), "overlay of researcher_a");
    // The focus of a choice that goes away stays in the list.
    await events.send(sampleList({ ...at, total: 401, agents: agents.slice(1) }));
    await waitFor("the counter", async () => (await counter(events)) === "event 5 of 401");
    assert.equal(await events.page.evaluate("document.activeElement.textContent.trim()"), "reviewer");
    await events.page.keyboard.press("Escape");
    assert.equal(await events.page.locator(".picker-popup:visible").count(), 0);
  });

  it("narrows a long list of agents by searching", async () => {
    const agents = Array.from({ length: 1_000 }, (_, layer) => ({ layer, name: `agent_${String(layer)}` }));
    const events = await openWithRows(sampleList({ agents }));
    await events.page.getByRole("button", { name: "Agents" }).click();
    await events.page.getByText("800 more: search to narrow the list").waitFor();
    await events.page.locator(".picker-popup:visible vscode-text-field").click();
    await events.page.keyboard.type("_999");
    await waitFor(
      "one match",
      async () => (await events.page.locator(".picker-popup:visible .checkbox").count()) === 2,
    );
    await events.page.locator(".picker-popup:visible .checkbox", { hasText: "agent_999" }).click();
    assert.deepEqual((await events.waitForPosted("setFilter")).filter.agents, [999]);
  });

  it("chooses among runs, and shows no chooser for one", async () => {
    const events = await openWithRows();
    assert.equal(await events.page.locator(".runs").isVisible(), false);
    await events.send(
      sampleList({
        runs: [
          { id: "run1", title: "repo-review.ts" },
          { id: "run2", title: "race.ts" },
        ],
      }),
    );
    await events.page.locator(".runs").selectOption("run2");
    assert.deepEqual(await events.waitForPosted("chooseRun"), { type: "chooseRun", id: "run2" });
  });

  it("shows an event's facts, change and difference, or its data", async () => {
    const events = await openWithRows();
    await events.send({ type: "details", details: sampleEventDetails });
    const pane = events.page.locator(".pane-details");
    await pane.locator("h2", { hasText: "state_changed" }).waitFor();
    assert.deepEqual(await pane.locator("dd").allTextContents(), [
      "overlay of researcher_a",
      "plan",
      "3",
      "revision 5 of shared, by lead",
      "/work/repo-review.ts:12:7",
    ]);
    assert.equal(await pane.locator(".details-head .quiet").innerText(), "event 323 · +44.114 s");
    assert.deepEqual(await pane.locator("ins").allTextContents(), ["old ", '"researcher_a"']);
    await assertAccessible(events.page);
    await events.send({
      type: "details",
      details: {
        seq: 8,
        firstSeq: 8,
        kind: "tool_call",
        agent: undefined,
        timestampMs: 0,
        facts: [],
        data: '{\n  "tool": "grep"\n}',
      },
    });
    await pane.locator(".value", { hasText: '"tool": "grep"' }).waitFor();
    await pane.getByRole("button", { name: "Copy Data" }).click();
    assert.deepEqual(await events.waitForPosted("copy"), { type: "copy", text: '{\n  "tool": "grep"\n}' });
    await events.send({ type: "details", details: undefined });
    await pane.getByText("Select an event to see what it did.").waitFor();
  });

  it("comes back with its filter after being hidden", async () => {
    const events = await openWithRows();
    await events.page.keyboard.press("Control+f");
    await events.page.keyboard.type("grep");
    const { filter } = await events.waitForPosted("setFilter");
    await events.send(sampleList({ filter, matching: 34, cursorIndex: 33 }));
    await waitFor("the counter", async () => (await counter(events)).endsWith("(34 shown)"));
    await events.reload();
    await events.send(sampleList());
    assert.deepEqual((await events.waitForPosted("setFilter")).filter, {
      agents: [],
      kinds: [],
      key: "",
      text: "grep",
    });
  });

  it("shows hostile names, kinds and data as harmless, visible text", async () => {
    const events = await open();
    const markup = '<img src=x onerror="document.title=1">';
    const hostile = `${markup}\u202E\u0007\uD800${"y".repeat(1_000_000)}`;
    await events.send(
      sampleList({
        cursor: { live: false, seq: 1 },
        cursorIndex: 0,
        agents: [{ layer: 1, name: hostile }],
        kinds: [hostile],
        runs: [
          { id: "a", title: hostile },
          { id: "b", title: hostile },
        ],
      }),
    );
    await events.waitForPosted("wantRows");
    await answerRows(events, 0, (index) => ({
      ...sampleEvent(index),
      agent: markup,
      kind: "\u202Ekind",
      summary: `${markup}\u0007\uD800`,
    }));
    const row = events.page.locator("#events [data-index]").first();
    await row.locator(".row-text", { hasText: `${markup}␇U+D800` }).waitFor();
    assert.equal(await row.locator(".kind").innerText(), "U+202Ekind");
    await events.send({
      type: "details",
      details: {
        ...sampleEventDetails,
        kind: hostile,
        agent: hostile,
        facts: [{ label: hostile, text: hostile }],
        data: hostile,
      },
    });
    await events.page.locator("dd", { hasText: "<img" }).waitFor();
    for (const name of ["Agents", "Kinds"]) {
      await events.page.getByRole("button", { name }).click();
      await events.page.locator(".picker-popup:visible .checkbox", { hasText: "<img" }).waitFor();
      await events.page.keyboard.press("Escape");
    }
    assert.equal(await events.page.locator("img").count(), 0);
    assert.notEqual(await events.page.title(), "1");
  });

  it("says so where there is no run, and no event", async () => {
    const events = await open();
    await events.send(sampleList({ run: undefined, runs: [], total: 0, matching: 0, cursorIndex: -1 }));
    await events.page.getByText("No run yet.").waitFor();
    await events.send(sampleList({ total: 0, matching: 0, cursorIndex: -1 }));
    await events.page.getByText("No events yet.").waitFor();
  });

  for (const theme of ["dark", "light", "hc-dark", "hc-light"] as const) {
    it(`fits a ${theme} theme, wide and narrow: nothing is cut off sideways and texts can be read`, async () => {
      const events = await openWithRows(sampleList({ cut: 3, cursor: { live: false, seq: 1 }, cursorIndex: 0 }), {
        theme,
      });
      await events.send({ type: "details", details: sampleEventDetails });
      await events.page.locator(".details-head h2").waitFor();
      await assertAccessible(events.page);
      await events.page.setViewportSize({ width: 480, height: 600 });
      await assertAccessible(events.page);
    });
  }

  it("can be used in a panel of any size", async () => {
    const events = await openWithRows(sampleList({ cut: 3, cursor: { live: false, seq: 1 }, cursorIndex: 0 }));
    await events.send({ type: "details", details: sampleEventDetails });
    await events.page.locator(".details-head h2").waitFor();
    for (const size of PANEL_SIZES) {
      await events.page.setViewportSize(size);
      await assertReachable(
        events.page,
        ".toolbar :is(vscode-button, vscode-text-field, button), [role=columnheader], #events [data-index='1'], .details-head, .facts dd, .box, .difference",
      );
      await assertAccessible(events.page);
    }
  });
});
