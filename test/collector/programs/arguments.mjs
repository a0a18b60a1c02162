/** `--name value` pairs of the command line, for programs that are started without a build and without packages. */
export function options(defaults) {
  const given = { ...defaults };
  const words = process.argv.slice(2);
  for (let index = 0; index < words.length; index += 2) {
    const name = words[index]?.replace(/^--/, '') ?? '';
    if (!(name in defaults)) throw new Error(`unknown option ${words[index]}`);
    given[name] = typeof defaults[name] === 'number' ? Number(words[index + 1]) : words[index + 1];
  }
  return given;
}

/** Tells the harness how far we are: a word on a line of its own. */
export function say(word) {
  process.stdout.write(`${word}\n`);
}

/** Lives until it is killed. */
export function stay() {
  setInterval(() => {}, 60_000);
}
