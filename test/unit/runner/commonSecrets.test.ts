import assert from "node:assert/strict";
import { isMasked } from "../../../src/recording/mask";
import { COMMON_SECRETS } from "../../../src/runner/masking/commonSecrets";
import { Redaction } from "../../../src/runner/masking/redaction";

/** Characters that look random and are the same each time. */
function body(length: number, alphabet = "aB3dE5gH7jK9mN2pQ4sT6vW8xYz1C0fLr"): string {
  return Array.from({ length }, (_, index) => alphabet[(index * 7 + (index >> 3)) % alphabet.length]).join("");
}
const HEX = "0123456789abcdef";
const UPPER = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const PEM = (kind: string, end = true): string =>
  `-----BEGIN ${kind}PRIVATE KEY-----\n${body(64)}\n${body(40)}==\n${end ? `-----END ${kind}PRIVATE KEY-----` : ""}`;

/** A text, and what of it must be gone. */
const SECRETS: Readonly<Record<string, readonly [text: string, secret: string]>> = Object.fromEntries(
  Object.entries({
    "AWS access key": `AKIA${body(16, UPPER)}`,
    "AWS temporary key": `ASIA${body(16, UPPER)}`,
    "GitHub personal token": `ghp_${body(36)}`,
    "GitHub OAuth token": `gho_${body(36)}`,
    "GitHub server token": `ghs_${body(36)}`,
    "GitHub fine-grained token": `github_pat_${body(22)}_${body(59)}`,
    "GitLab token": `glpat-${body(20)}`,
    "GitLab routable token": `glpat-${body(27)}.01.${body(9, "0123456789abcdefghij")}`,
    "Slack bot token": `xoxb-${body(12, "0123456789")}-${body(12, "0123456789")}-${body(24)}`,
    "Slack app token": `xapp-1-${body(11, UPPER)}-${body(13, "0123456789")}-${body(64, HEX)}`,
    "OpenAI key": `sk-${body(48)}`,
    "OpenAI project key": `sk-proj-${body(60)}-${body(60)}`,
    "Anthropic key": `sk-ant-api03-${body(80)}-${body(12)}`,
    "Google API key": `AIza${body(35)}`,
    "Google OAuth secret": `GOCSPX-${body(28)}`,
    "Stripe live key": `sk_live_${body(24)}`,
    "Stripe restricted key": `rk_test_${body(24)}`,
    "npm token": `npm_${body(36)}`,
    "PyPI token": `pypi-AgEIcHlwaS5vcmc${body(60)}`,
    "Hugging Face token": `hf_${body(34)}`,
    "Groq key": `gsk_${body(52)}`,
    "SendGrid key": `SG.${body(22)}.${body(43)}`,
    "JSON web token": `eyJ${body(33)}.eyJ${body(70)}.${body(43)}`,
    "unsigned JSON web token": `eyJ${body(33)}.eyJ${body(70)}.`,
    "PEM private key": PEM("RSA "),
    "PEM private key without an end": PEM("", false),
    "LangSmith key": `lsv2_pt_${body(32, HEX)}_${body(10, HEX)}`,
  }).map(([name, secret]) => [name, [secret, secret]]),
);
const WITHIN: Readonly<Record<string, readonly [text: string, secret: string]>> = {
  "password in a URL": ["postgres://app:s3cr3t-pa55@db.example.com:5432/app", "s3cr3t-pa55"],
  "password with @ in a URL": ["redis://:p@ss@localhost:6379", "p@ss"],
  "bearer token": [`Authorization: Bearer ${body(40)}`, body(40)],
  "basic credentials": ["Authorization: Basic dXNlcjpwYXNzd29yZA==", "dXNlcjpwYXNzd29yZA=="],
  "AWS secret key in a file": [`aws_secret_access_key = ${body(40)}`, body(40)],
  "Slack webhook": [`https://hooks.slack.com/services/T${body(8, UPPER)}/B${body(8, UPPER)}/${body(24)}`, body(24)],
  "Azure storage key": [`AccountName=x;AccountKey=${body(86)}==;EndpointSuffix=core`, body(86)],
};

/** What looks like a secret at first sight and is none. */
const NEAR_MISSES: Readonly<Record<string, string>> = {
  "a UUID": "3f2504e0-4f89-41d3-9a0c-0305e82c3301",
  "a git SHA": body(40, HEX),
  "a SHA-256": body(64, HEX),
  "an image in base64": `data:image/png;base64,iVBORw0KGgo${body(400)}/${body(200)}+${body(91)}==`,
  "a file path": "/home/user/projects/sk-learn/src/task-1234567890123456789012345.ts",
  "a Windows path": "C:\\Users\\me\\AppData\\Local\\Temp\\AKIA\\ghp_\\file.txt",
  "a URL": "https://example.com:8080/a/b@c?x=1:2@3#y",
  "a URL with a user": "ssh://git@github.com/owner/repo.git",
  "an e-mail address": "someone@example.com",
  "a public key": "-----BEGIN PUBLIC KEY-----\nMFkwEwYHKoZIzj0CAQ\n-----END PUBLIC KEY-----",
  "a class of scikit-learn's HTML": "sk-toggleable__label-arrow-with-a-long-name",
  "a token's beginning": "ghp_ glpat- xoxb- sk-ant- AIza hf_ npm_ eyJ",
  "a short key": "sk-1234567890",
  "a word after bearer": "the bearer certificate-authority of the ring",
  "words after basic": "Basic understanding of JavaScript; basic TypeScript, Basic functionality",
  "a publishable key": `pk_live_${body(24)}`,
  "an npm package": "npm_config_registry_and_other_things_in_snake_case",
  "an integrity": `sha512-${body(86)}==`,
  "a version": "v22.14.0-nightly20250101aB3dE5gH7j",
  "a long identifier": "risk-0123456789012345678901234567890",
  "an upper-case name": "AKIAN_CONSTANT_NAME_THAT_IS_LONG",
  "a time": "2026-01-02T03:04:05.678Z",
};

const redaction = new Redaction({ keys: [], values: [], commonSecrets: true, salt: "0123456789abcdef0123" });

describe("common secrets", () => {
  for (const [name, [text, secret]] of Object.entries({ ...SECRETS, ...WITHIN })) {
    it(`mask: ${name}`, () => {
      for (const around of [text, `before ${text} after`, `"${text}"`, `KEY=${text}\nOTHER=1`]) {
        const masked = redaction.value("k", around) as string;
        assert.ok(isMasked(masked), `${around} → ${masked}`);
        assert.ok(!masked.includes(secret), masked);
        // Nothing of it stays, not even its end.
        assert.ok(!masked.includes(secret.slice(-8)), masked);
        assert.ok(redaction.mayConcern(JSON.stringify({ data: around })), "the line is looked at");
      }
    });
  }

  for (const [name, text] of Object.entries(NEAR_MISSES)) {
    it(`leave alone: ${name}`, () => {
      assert.equal(redaction.value("k", text), text);
      assert.equal(redaction.text(text), text);
    });
  }

  it("leave what stands around a secret", () => {
    const token = SECRETS["GitHub personal token"]![0];
    const masked = redaction.value("k", `see ${token}, and ${token}.`) as string;
    const [, first, second] = /^see (‹masked \w{12}›), and (‹masked \w{12}›)\.$/.exec(masked) ?? [];
    assert.ok(first !== undefined && first === second, masked);
  });

  it("are found in time that grows with the text's length alone", () => {
    const texts = [
      "eyJ".repeat(30_000),
      "_eyJ".repeat(500),
      "http://".repeat(15_000),
      "http://a:".repeat(10_000),
      "-----BEGIN PRIVATE KEY-----".repeat(4_000),
      "Bearer ".repeat(15_000),
      "Basic aB3d".repeat(10_000),
      "sk-".repeat(30_000),
      body(100_000),
    ];
    // A pattern that runs away would not end within the time that a test has.
    for (const text of texts) redaction.text(text);
  });

  it("have names of their own, and no groups that capture", () => {
    assert.equal(new Set(COMMON_SECRETS.map(({ name }) => name)).size, COMMON_SECRETS.length);
    for (const { name, source } of COMMON_SECRETS) {
      assert.equal(new RegExp(`${source}|`, "u").exec("")?.length, 1, name);
    }
  });
});
