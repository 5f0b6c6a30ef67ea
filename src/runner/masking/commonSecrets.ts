/** The shapes of secrets that are masked without being asked for: tokens whose issuers made them recognisable. */

/** Every secret but those that {@link MARKS} tell has a run of so many letters, digits, underscores and hyphens. */
const RUN_LENGTH = 15;
const MARKS = ["@", "earer", "asic ", "PRIVATE KEY", "AccountKey=", "whsec_", "‹masked "];
const IN_RUNS = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") {
  IN_RUNS[character.charCodeAt(0)] = 1;
}

/** Whether it is worth while to look for secrets, or masks, in a text or in JSON; false is certain. Several times faster than any expression. */
export function mayHoldSecret(text: string): boolean {
  if (hasLongRun(text)) return true;
  for (const mark of MARKS) if (text.includes(mark)) return true;
  return false;
}

/** Looks at one character in fifteen, and at its neighbours only where that one may stand in a run. */
function hasLongRun(text: string): boolean {
  let start = 0;
  for (let at = RUN_LENGTH - 1; at < text.length; at = start + RUN_LENGTH - 1) {
    let from = at;
    while (from >= start && IN_RUNS[text.charCodeAt(from)] === 1) from--;
    if (from < start) return true;
    start = from + 1;
  }
  return false;
}

/**
 * One shape. `source` finds it in a text, without groups that capture, in time that grows with the text's length alone;
 * `hint` finds something in every text that holds one, in its JSON too, and is fast.
 */
export interface SecretShape {
  readonly name: string;
  readonly source: string;
  readonly hint: string;
}

/** No letter or digit before it, so that `task-…` holds no `sk-…`; an underscore may stand there (`TOKEN_ghp_…`). */
const START = "(?<![A-Za-z0-9])";

/** A token of a fixed beginning. */
function token(name: string, beginning: string, rest: string): SecretShape {
  return { name, source: START + beginning + rest, hint: beginning };
}

const BASE64 = "[A-Za-z0-9+/]";
/** At least 12 characters that base64 may have made: of a length that it has, and unlike a word. */
const BASIC = `(?=\\S*(?:[a-z][A-Z]|[0-9+/=]))(?:${BASE64}{4}){3,}(?:${BASE64}{2}==|${BASE64}{3}=)?(?![\\w+/=-])`;

/** All of them. */
export const COMMON_SECRETS: readonly SecretShape[] = [
  {
    name: "private key (PEM)",
    source:
      "-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----[^]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----|$)",
    hint: "-----BEGIN ",
  },
  {
    name: "password in a URL",
    // Up to the last @ before the path: some passwords have one in them.
    source: "(?<=[A-Za-z][A-Za-z0-9+.-]{1,30}:\\/\\/[^\\s\\/?#:@]{0,200}:)[^\\s\\/?#\"'<>`]+(?=@)",
    hint: ":\\/\\/[^\\s\\/?#]*@",
  },
  token("JSON web token", "eyJ", "[\\w\\-]{12,}\\.eyJ[\\w\\-]{8,}(?:\\.[\\w\\-]*){1,3}"),
  {
    name: "bearer token",
    source: "(?<=\\b[Bb]earer[ \\t]{1,4})(?=[^\\s,;]*[0-9])[\\w.~+\\/\\-]{16,}=*",
    hint: "[Bb]earer",
  },
  { name: "basic credentials", source: `(?<=\\b[Bb]asic {1,4})${BASIC}`, hint: "[Bb]asic " },
  token("AWS access key", "A(?:KIA|SIA|BIA|CCA)", "[A-Z2-7]{16}(?![A-Za-z0-9])"),
  {
    name: "AWS secret access key",
    source: `(?<=[Aa][Ww][Ss]_?[Ss]ecret_?[Aa]ccess_?[Kk]ey["']?\\s{0,4}[:=]\\s{0,4}["']?|AWS_SECRET_ACCESS_KEY["']?\\s{0,4}[:=]\\s{0,4}["']?)${BASE64}{40}(?![\\w+/=])`,
    hint: "[Ss]ecret_?[Aa]ccess|AWS_SECRET",
  },
  token("GitHub token", "gh[opsur]_", "[A-Za-z0-9]{36,}"),
  token("GitHub fine-grained token", "github_pat_", "\\w{22,}"),
  token(
    "GitLab token",
    "gl(?:pat|dt|rt|cbt|ptt|ft|soat|imt|agent)-",
    "[\\w\\-]{20,}(?:\\.[0-9a-z]{2}\\.[0-9a-z]{7,})?",
  ),
  token("Slack token", "xox[a-z](?:\\.xox[a-z])?-", "[A-Za-z0-9\\-]{10,}"),
  token("Slack app token", "xapp-[0-9]-", "[A-Za-z0-9\\-]{10,}"),
  {
    name: "Slack webhook",
    source:
      "(?<=hooks\\.slack\\.com\\/(?:services|workflows|triggers)\\/)(?:[A-Za-z0-9]{1,40}\\/){1,3}[A-Za-z0-9]{20,}",
    hint: "hooks\\.slack\\.com",
  },
  token("Anthropic, OpenAI or OpenRouter key", "sk-(?:ant|proj|svcacct|admin|or-v1)-", "[\\w\\-]{20,}"),
  token("OpenAI key", "sk-", "(?=[A-Za-z]*[0-9])[A-Za-z0-9]{20,}"),
  token("Google API key", "AIza", "[\\w\\-]{35,}"),
  token("Google OAuth secret", "(?:GOCSPX-|ya29\\.)", "[\\w\\-]{20,}"),
  token("Stripe key", "[sr]k_(?:live|test|prod)_", "[A-Za-z0-9]{16,}"),
  token("Stripe webhook secret", "whsec_", "[A-Za-z0-9+\\/]{24,}=*"),
  token("npm token", "npm_", "[A-Za-z0-9]{36,}"),
  token("PyPI token", "pypi-AgE", "[\\w\\-]{50,}"),
  token("Hugging Face token", "hf_", "[A-Za-z0-9]{30,}"),
  token("Groq key", "gsk_", "[A-Za-z0-9]{40,}"),
  token("xAI or Perplexity key", "(?:xai|pplx)-", "[A-Za-z0-9]{40,}"),
  token("Replicate token", "r8_", "[A-Za-z0-9]{36,}"),
  token("LangSmith key", "lsv2_(?:pt|sk)_", "[0-9a-f]{32}_[0-9a-f]{10}"),
  token("SendGrid key", "SG\\.", "[\\w\\-]{16,}\\.[\\w\\-]{32,}"),
  token("DigitalOcean token", "do[opr]_v1_", "[0-9a-f]{64}"),
  token("Shopify token", "shp(?:at|ca|pa|ss)_", "[0-9a-fA-F]{32,}"),
  token("Vault token", "hv[sbr]\\.", "[\\w\\-]{24,}"),
  token("Linear key", "lin_(?:api|oauth)_", "[A-Za-z0-9]{40,}"),
  token("age key", "AGE-SECRET-KEY-1", "[0-9A-Z]{58}"),
  {
    name: "Azure storage key",
    source: `(?<=AccountKey=)${BASE64}{40,}={0,2}`,
    hint: "AccountKey=",
  },
];
