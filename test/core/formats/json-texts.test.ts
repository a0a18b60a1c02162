/** The JSON report has its texts in English, and beside each the message that it was made of. */
import assert from 'node:assert/strict';
import test from 'node:test';
import { isMessage, type Message, type MessageArg } from '../../../src/core/report/message.ts';
import { englishTemplates } from '../../../src/core/wording/define-messages.ts';
import { ENGLISH } from '../../../src/core/wording/languages.ts';
import { analyzeFixture, FIXTURES } from '../support/corpus.ts';
import { english } from '../support/english.ts';
import { rendered } from '../support/rendered.ts';

for (const name of FIXTURES) {
  test(`each English text in the JSON of ${name} is what its message says, and each message has a template`, async () => {
    const { report } = await analyzeFixture(name);
    const json: unknown = JSON.parse(rendered('json', report));
    const checked = checkTexts(json);
    assert.ok(checked > 20, `${checked} texts have a message`);
    assert.deepEqual(withoutMessages(json), JSON.parse(JSON.stringify(english(report))), 'and no field is missing');
  });
}

/** How many texts were compared. */
function checkTexts(value: unknown): number {
  if (typeof value !== 'object' || value === null) return 0;
  let checked = 0;
  for (const [key, child] of Object.entries(value)) {
    checked += checkTexts(child);
    for (const [text, message] of textsWithMessages(value, key, child)) {
      assert.equal(text, ENGLISH.text(toMessage(message)), key);
      checked++;
    }
  }
  return checked;
}

function textsWithMessages(owner: object, key: string, child: unknown): (readonly [unknown, unknown])[] {
  const beside = (name: string): unknown => Reflect.get(owner, name);
  if (key === 'message' && 'ruleId' in owner) {
    const messageId = `${owner.ruleId}.${beside('messageId')}`;
    return isUnconverted(owner.ruleId) ? [] : [[child, { messageId, args: beside('args') }]];
  }
  const one = beside(`${key}Message`);
  const list = beside(`${key}Messages`);
  if (one !== undefined) return [[child, one]];
  return Array.isArray(child) && Array.isArray(list) ? child.map((text, index) => [text, list[index]]) : [];
}

/** Rules that have no message yet. Remove this when all have. */
function isUnconverted(ruleId: unknown): boolean {
  return ![...englishTemplates().keys()].some((id) => id.startsWith(`${ruleId}.`));
}

/** A message of the JSON as what the program itself renders. */
function toMessage(json: unknown): Message {
  const message = toArg(json);
  assert.ok(isMessage(message), JSON.stringify(json));
  assert.ok(englishTemplates().has(message.id), `no template has the id ${message.id}`);
  return message;
}

function toArg(json: unknown): MessageArg {
  if (Array.isArray(json)) return json.map(toArg);
  if (typeof json !== 'object' || json === null || !('messageId' in json && 'args' in json)) return json as MessageArg;
  const args = Object.entries(json.args as object).map(([name, arg]) => [name, toArg(arg)] as const);
  return { id: String(json.messageId), args: Object.fromEntries(args) };
}

/** The JSON without what stands beside its texts. */
function withoutMessages(value: unknown): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map(withoutMessages);
  const isBesideText = (key: string) =>
    (key === 'args' && 'messageId' in value) || (/Messages?$/.test(key) && key.replace(/Messages?$/, '') in value);
  const kept = Object.entries(value).filter(([key]) => !isBesideText(key));
  return Object.fromEntries(kept.map(([key, child]) => [key, withoutMessages(child)]));
}
