/** The captures in test/fixtures: live scenarios and whole nodes, each with its truth in one form. */
import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createArchiveBundle } from '../../src/archive/archive-bundle.ts';
import { createSource } from '../../src/archive/source.node.ts';
import { analyze } from '../../src/core/analyze.ts';
import type { Analysis } from '../../src/core/snapshot/analysis.ts';
import type { ScenarioTruth } from './judge.ts';

const FOLDER = fileURLToPath(new URL('../fixtures/scenarios/', import.meta.url));

export const SCENARIOS: readonly string[] = readdirSync(FOLDER)
  .filter((name) => name.endsWith('.tar.gz'))
  .map((name) => name.replace(/\.tar\.gz$/, ''))
  .sort();

export function scenarioPath(name: string): string {
  return `${FOLDER}${name}.tar.gz`;
}

export function scenarioTruth(name: string): ScenarioTruth {
  return JSON.parse(readFileSync(`${FOLDER}${name}.truth.json`, 'utf8')) as ScenarioTruth;
}

export function analyzeScenario(name: string): Promise<Analysis> {
  return analyze(createArchiveBundle(`${name}.tar.gz`, createSource({ path: scenarioPath(name) })));
}
