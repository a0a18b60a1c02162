/** Starts the programs of ../programs, waits for what they say, ends them by their pid. */
import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const programs = join(import.meta.dirname, '..', 'programs');

export interface Program {
  readonly pid: number;
  /** Resolves when the program has said the word; rejects when it ends before. */
  said(word: string): Promise<void>;
  stop(): Promise<void>;
}

interface Place {
  /** A path like /run/netns/NAME; without it the program runs in ours. */
  readonly netns?: string;
}

export function startProgram(name: string, args: readonly (string | number)[], { netns }: Place = {}): Program {
  const words = [process.execPath, join(programs, `${name}.mjs`), ...args.map(String)];
  const [command = '', ...rest] = netns === undefined ? words : ['nsenter', `--net=${netns}`, ...words];
  const child = spawn(command, rest, { stdio: ['ignore', 'pipe', 'inherit'], cwd: '/' });
  const { pid } = child;
  if (pid === undefined) throw new Error(`${command} cannot be started`);
  const said = new Set<string>();
  const waiting = new Map<string, () => void>();
  createInterface({ input: child.stdout }).on('line', (word) => {
    said.add(word);
    waiting.get(word)?.();
  });
  // Not `exit`: what it said last may still be in the pipe then.
  const ended = new Promise<void>((resolve) => child.once('close', () => resolve()));
  return {
    pid,
    said: (word) =>
      new Promise((resolve, reject) => {
        if (said.has(word)) return resolve();
        waiting.set(word, resolve);
        void ended.then(() => reject(new Error(`${name} ended without saying ${word}`)));
      }),
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
