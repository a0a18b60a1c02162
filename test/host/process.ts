// Child processes and signals, for every script that starts other programs.

import { type SpawnOptions, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { delimiter, dirname, join } from 'node:path';

/** The root of the checkout. */
export const projectRoot = dirname(dirname(import.meta.dirname));

/** `environment` with this Node and the project's own tools first on PATH, wherever the script was started from. */
export function withProjectTools(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  const path = [dirname(process.execPath), join(projectRoot, 'node_modules', '.bin'), environment['PATH'] ?? ''];
  return { ...environment, PATH: path.join(delimiter) };
}

const endingSignals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

function signalExitCode(signal: NodeJS.Signals): number {
  return 128 + (constants.signals[signal] ?? 0);
}

/**
 * Runs a program with our terminal and gives its exit code (128 + n after a signal, 127 if it could not start).
 * A signal that would end us is passed on, and we end after the child, so that it can clean up.
 */
export function run(command: string, args: readonly string[], options: SpawnOptions = {}): Promise<number> {
  const child = spawn(command, args, { stdio: 'inherit', cwd: projectRoot, env: withProjectTools(), ...options });
  let interruptedBy: NodeJS.Signals | undefined;
  const passOn = (signal: NodeJS.Signals) => {
    interruptedBy = signal;
    child.kill('SIGTERM');
  };
  for (const signal of endingSignals) process.on(signal, passOn);
  return new Promise((resolve) => {
    const settle = (code: number) => {
      for (const signal of endingSignals) process.off(signal, passOn);
      if (interruptedBy) process.exit(signalExitCode(interruptedBy));
      resolve(code);
    };
    child.once('error', (error) => {
      console.error(`${command}: ${error.message}`);
      settle(127);
    });
    child.once('exit', (code, signal) => settle(signal ? signalExitCode(signal) : (code ?? 1)));
  });
}

/** Runs a program silently and gives its exit code and standard output. */
export function capture(command: string, args: readonly string[]): Promise<{ code: number; stdout: string }> {
  const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'ignore'], env: withProjectTools() });
  let stdout = '';
  child.stdout.on('data', (chunk: Buffer) => {
    stdout += chunk.toString();
  });
  return new Promise((resolve) => {
    child.once('error', () => resolve({ code: 127, stdout }));
    child.once('close', (code) => resolve({ code: code ?? 1, stdout }));
  });
}

/** Calls `close` once, then exits, when a signal asks us to end. */
export function closeOnSignal(close: (exitCode: number, reason: string) => Promise<void>): void {
  let closing = false;
  for (const signal of endingSignals) {
    process.on(signal, () => {
      if (closing) return;
      closing = true;
      const code = signalExitCode(signal);
      void close(code, `got ${signal}`).finally(() => process.exit(code));
    });
  }
}

/** Turns the sudden death of our parent (kill -9 tells nobody) into a SIGTERM to ourselves. */
export function endWithParent(): void {
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  timer.unref();
}
