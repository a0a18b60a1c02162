/** Tests that need the node that run.ts makes: they say why they are skipped, and fail where they were started wrongly. */

/** A reason, or false: the option `skip` of a test. */
export function needsNode(): string | false {
  if (process.getuid?.() !== 0) return 'only root can make namespaces and pods';
  if (process.env['SOCKSCOPE_TEST_NODE'] === undefined) throw new Error('start these tests by: npm run collector');
  return false;
}
