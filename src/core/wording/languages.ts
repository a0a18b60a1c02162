/** The languages of the product: each a folder or file here, and a line in the list. */
import { englishTemplates } from './define-messages.ts';
import type { NumberWords } from './numbers.ts';
import { createWording, type Language, type Wording } from './wording.ts';

const ENGLISH_NUMBERS: NumberWords = {
  group: ',',
  decimal: '.',
  percent: '# %',
  days: '# d',
  hours: '# h',
  minutes: '# min',
  seconds: '# s',
  between: ' ',
};

const english: Language = {
  id: 'en',
  templates: englishTemplates(),
  numbers: ENGLISH_NUMBERS,
  listSeparator: ', ',
  plural: (value) => (value === 1 ? 'one' : 'other'),
};

/** Marks each text: what stands outside of the marks on a page or in a report has no template. */
const pseudo: Language = { ...english, id: 'qps', mark: (text) => `[!! ${text} !!]` };

const LANGUAGES: readonly Language[] = [english, pseudo];

const MADE = new Map<string, Wording>();

/** The wording of a language tag such as `zh-cn` or `en-GB`; English where the product does not have the language. */
export function wordingFor(tag: string): Wording {
  const wanted = tag.toLowerCase();
  const language = LANGUAGES.find(({ id }) => id === wanted) ?? english;
  let wording = MADE.get(language.id);
  if (wording === undefined) {
    wording = createWording(language);
    MADE.set(language.id, wording);
  }
  return wording;
}

/** English, the language of the JSON report and of whoever has no other. */
export const ENGLISH: Wording = wordingFor('en');
