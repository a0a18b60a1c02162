/**
 * `npm run accuracy`: writes docs/accuracy.md, and fails on a wrong or missing culprit, a rule that had to fire and did
 * not, or one that must not and did.
 */
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { measureAccuracy } from './table.ts';

const { captures, wrong, markdown } = await measureAccuracy();
writeFileSync(fileURLToPath(new URL('../../docs/accuracy.md', import.meta.url)), markdown);
for (const { name, faults } of wrong) console.log(`${name}: ${faults.join('; ')}`);
console.log(`${captures} captures, ${wrong.length} disagree with their truth`);
process.exitCode = wrong.length === 0 ? 0 : 1;
