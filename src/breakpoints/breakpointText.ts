/**
 * The grammar in which people write breakpoints on events:
 *
 *     write KEY [@AGENT] [in parent | in overlay]
 *     read KEY [@AGENT]
 *     merge [KEY] [@AGENT]
 *     KIND [@AGENT]
 *
 * KEY is a key or a place inside its value (`plan.steps[2].owner`), with spaces in JSON quotes; AGENT likewise. Without quotes
 * `worker#2` is the second of the agents named `worker`. KIND is the kind of an event as the events view and recordings
 * name it.
 */

import type { AgentPlace, StopPlace } from "./breakpoint";
import { readAgentLabel } from "../core/agentLabels";
import { meantKind } from "./eventKinds";
import { readKeyTarget } from "./keyTarget";

const EXAMPLES = '"write plan.steps", "read budget", "merge @agent_b", "transaction_conflict"';

/** @throws SyntaxError in one sentence that names cause and remedy. */
export function readBreakpoint(text: string): StopPlace {
  const words = wordsOf(text);
  const first = words.shift();
  if (first === undefined) throw new SyntaxError(`Say where to stop, for example ${EXAMPLES}.`);
  switch (first.text) {
    case "write": {
      const key = needKey(words, "write");
      const agent = agentOf(words);
      const where = layerOf(words);
      end(words, text);
      return { on: "write", key, ...agent, ...where };
    }
    case "read": {
      const key = needKey(words, "read");
      const agent = agentOf(words);
      end(words, text);
      return { on: "read", key, ...agent };
    }
    case "merge": {
      const key = words[0] !== undefined && !words[0].isAgent ? { key: needKey(words, "merge") } : undefined;
      const agent = agentOf(words);
      end(words, text);
      return { on: "merge", ...key, ...agent };
    }
    default: {
      if (first.isAgent || first.isQuoted) {
        throw new SyntaxError(`"${first.text}" does not say what to stop at. Write for example ${EXAMPLES}.`);
      }
      const agent = agentOf(words);
      // A kind stands alone: whoever goes on meant something else.
      const meant = words.length > 0 ? meantKind(first.text) : undefined;
      if (meant !== undefined) throw new SyntaxError(meant);
      end(words, text);
      return { on: "kind", kind: first.text, ...agent };
    }
  }
}

/** The text that {@link readBreakpoint} reads as this place; for lines and exceptions a plain sentence. */
export function breakpointText(place: StopPlace): string {
  switch (place.on) {
    case "write":
      return joined("write", place.key, agentText(place), place.in && `in ${place.in}`);
    case "read":
      return joined("read", place.key, agentText(place));
    case "merge":
      return joined("merge", place.key, agentText(place));
    case "kind":
      return joined(place.kind, agentText(place));
    case "line":
      return `${place.file}:${place.line}`;
    case "exception":
      return place.filter;
  }
}

/** A key, or anything else that a word may be, as the grammar reads it as that very key. */
export function keyText(key: string): string {
  return /^[^\s"@.[\]][^\s".[\]]*$/u.test(key) && key !== "in" ? key : JSON.stringify(key);
}

interface Word {
  readonly text: string;
  readonly isAgent: boolean;
  readonly isQuoted: boolean;
}

/** Splits at spaces outside quotes. */
function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const [word] of text.matchAll(/(?:"(?:[^"\\]|\\.)*"|\S)+/gu)) {
    const isAgent = word.startsWith("@");
    words.push({ text: isAgent ? word.slice(1) : word, isAgent, isQuoted: word.startsWith('"') });
  }
  return words;
}

function needKey(words: Word[], verb: string): string {
  const word = words.shift();
  if (word === undefined || word.isAgent) {
    throw new SyntaxError(`"${verb}" needs a key, for example "${verb} plan.steps".`);
  }
  readKeyTarget(word.text);
  return word.text;
}

function agentOf(words: Word[]): AgentPlace {
  if (words[0]?.isAgent !== true) return {};
  const { text } = words.shift() as Word;
  if (text === "") throw new SyntaxError('After "@" the name of an agent is needed, for example @agent_b.');
  if (!text.startsWith('"')) {
    const { name, ...which } = readAgentLabel(text);
    return { agent: name, ...which };
  }
  const [, quoted = text, number] = /^(.*")#([1-9]\d*)$/su.exec(text) ?? [];
  try {
    return { agent: JSON.parse(quoted) as string, ...(number !== undefined && { ordinal: Number(number) }) };
  } catch {
    throw new SyntaxError(`The quotes of @${text} are not closed.`);
  }
}

function layerOf(words: Word[]): { readonly in?: "parent" | "overlay" } {
  if (words[0]?.text !== "in") return {};
  words.shift();
  const where = words.shift()?.text;
  if (where !== "parent" && where !== "overlay") throw new SyntaxError('After "in" comes "parent" or "overlay".');
  return { in: where };
}

function end(words: readonly Word[], text: string): void {
  const [word] = words;
  if (word === undefined) return;
  const shown = word.isAgent ? `@${word.text}` : word.text;
  throw new SyntaxError(
    `"${shown}" cannot stand at this place in "${text.trim()}". Names with spaces need double quotes.`,
  );
}

/** `@worker`, `@worker#2`, and in quotes an agent whose own name would be read as another's. */
function agentText({ agent, ordinal }: AgentPlace): string | undefined {
  if (agent === undefined) return undefined;
  const isPlain = /^[^\s"]+$/u.test(agent) && readAgentLabel(agent).ordinal === undefined;
  return `@${isPlain ? agent : JSON.stringify(agent)}${ordinal === undefined ? "" : `#${ordinal}`}`;
}

function joined(...parts: readonly (string | undefined)[]): string {
  return parts.filter((part) => part !== undefined).join(" ");
}
