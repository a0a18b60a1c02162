/**
 * The arguments of a template, read by the compiler from its text, so that a sentence with a missing argument does not
 * compile. It goes from brace to brace: in the text of a message a brace opens an argument, among the branches of a
 * plural or select it opens the text of a branch.
 */
import type { MessageArg } from '../report/message.ts';

/** `{ process: MessageArg; sockets: number }` of `'{process} holds {sockets, plural, one {…} other {…}}'`. */
export type TemplateArgs<T extends string> = string extends T
  ? Readonly<Record<string, MessageArg>>
  : { readonly [E in ReadText<T, [], never> as E[0]]: E[1] };

type Entry = readonly [name: string, type: unknown];

/** In the text of a message; `Stack` has one element for each plural or select around it. */
type ReadText<S extends string, Stack extends readonly unknown[], Found extends Entry> =
  ToBrace<S> extends [infer Brace, infer Rest extends string]
    ? Brace extends '{'
      ? ReadArgument<Rest, Stack, Found>
      : ReadBranches<Rest, Stack, Found>
    : Found;

type ReadArgument<S extends string, Stack extends readonly unknown[], Found extends Entry> =
  ToMark<S> extends [infer Mark, infer Name extends string, infer Rest extends string]
    ? Mark extends '}'
      ? ReadText<Rest, Stack, Found | readonly [Trim<Name>, MessageArg]>
      : ReadType<Rest, Trim<Name>, Stack, Found>
    : Found;

type ReadType<S extends string, Name extends string, Stack extends readonly unknown[], Found extends Entry> =
  ToMark<S> extends [infer Mark, infer Type extends string, infer Rest extends string]
    ? Trim<Type> extends 'plural'
      ? ReadBranches<Rest, [...Stack, 1], Found | readonly [Name, number]>
      : Trim<Type> extends 'select'
        ? ReadBranches<Rest, [...Stack, 1], Found | readonly [Name, string]>
        : Mark extends '}'
          ? ReadText<Rest, Stack, Found | readonly [Name, number]>
          : Rest extends `${string}}${infer After}`
            ? ReadText<After, Stack, Found | readonly [Name, number]>
            : Found
    : Found;

/** Among branches: a { begins the text of one, a } ends the plural or select. */
type ReadBranches<S extends string, Stack extends readonly unknown[], Found extends Entry> =
  ToBrace<S> extends [infer Brace, infer Rest extends string]
    ? Brace extends '{'
      ? ReadText<Rest, Stack, Found>
      : Stack extends readonly [unknown, ...infer Outer]
        ? ReadText<Rest, Outer, Found>
        : Found
    : Found;

/** The next brace and what follows it. */
type ToBrace<S extends string> = S extends `${infer Before}{${infer After}`
  ? Before extends `${string}}${infer Rest}`
    ? ['}', `${Rest}{${After}`]
    : ['{', After]
  : S extends `${string}}${infer Rest}`
    ? ['}', Rest]
    : never;

/** The next comma or }, what stands before it and what follows. */
type ToMark<S extends string> = S extends `${infer Before}}${infer After}`
  ? Before extends `${infer Head},${infer Tail}`
    ? [',', Head, `${Tail}}${After}`]
    : ['}', Before, After]
  : never;

type Trim<S extends string> = S extends ` ${infer Rest}` | `\n${infer Rest}`
  ? Trim<Rest>
  : S extends `${infer Rest} ` | `${infer Rest}\n`
    ? Trim<Rest>
    : S;
