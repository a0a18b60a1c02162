/** What modules export, and who imports it, read from their text: the formatter writes both in one form. */
import { dirname, join } from 'node:path';

export interface Source {
  /** From the root. */
  readonly path: string;
  readonly text: string;
}

interface Export {
  readonly name: string;
  /** Code that runs, and no type. */
  readonly isValue: boolean;
}

const DECLARED = /^export (?:declare )?(?:async )?(function\*?|const|let|class|interface|type) (\w+)/gm;
const LISTED = /^export (type )?\{([^}]*)\}/gm;
const IMPORTED = /^(?:import|export) (?:type )?(?:\*(?: as \w+)?|\{([^}]*)\}) from '(\.[^']+)';/gm;
const DYNAMIC = /\bimport\('(\.[^']+)'\)(?:\.(\w+))?/g;

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
}

/** `a, type B as C` → [['a', 'a'], ['B', 'C']] */
function listed(text: string): readonly (readonly [name: string, alias: string])[] {
  return text.split(',').flatMap((part) => {
    const [name = '', alias = name] = part
      .trim()
      .replace(/^type /, '')
      .split(' as ');
    return name === '' ? [] : [[name, alias] as const];
  });
}

function exportsOf(text: string): readonly Export[] {
  return [
    ...[...text.matchAll(DECLARED)].map(([, kind, name = '']) => ({
      name,
      isValue: kind !== 'interface' && kind !== 'type',
    })),
    ...[...text.matchAll(LISTED)].flatMap(([, type, names = '']) =>
      listed(names).map(([, name]) => ({ name, isValue: type === undefined })),
    ),
  ];
}

/** `path name` of what the module imports; the name is `*` for all of it. */
function importsOf({ path, text }: Source): readonly string[] {
  const at = (target: string) => join(dirname(path), target);
  return [
    ...[...text.matchAll(IMPORTED)].flatMap(([, names, target = '']) =>
      names === undefined ? [`${at(target)} *`] : listed(names).map(([name]) => `${at(target)} ${name}`),
    ),
    ...[...text.matchAll(DYNAMIC)].map(([, target = '', name = '*']) => `${at(target)} ${name}`),
  ];
}

/**
 * `path name` of each export that tests import and the product does not. A type is left out where its own module uses
 * it: it is part of what that module says, and no code.
 */
export function exportsForTests(product: readonly Source[], tests: readonly Source[]): readonly string[] {
  const plain = (sources: readonly Source[]) =>
    sources.map(({ path, text }): Source => ({ path, text: withoutComments(text) }));
  const modules = plain(product);
  const used = new Set(modules.flatMap(importsOf));
  const tested = new Set(plain(tests).flatMap(importsOf));
  return modules.flatMap(({ path, text }) =>
    exportsOf(text)
      .filter(({ name }) => tested.has(`${path} ${name}`) && !used.has(`${path} ${name}`) && !used.has(`${path} *`))
      .filter(({ name, isValue }) => isValue || text.split(new RegExp(`\\b${name}\\b`)).length <= 2)
      .map(({ name }) => `${path} ${name}`),
  );
}
