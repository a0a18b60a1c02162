import type { FormatId } from '../../../src/core/formats/index.ts';
import type { Report } from '../../../src/core/report/report.ts';
import type { Client } from '../../../src/protocol/client.ts';

/** The report of the open bundle as the worker writes it. */
export async function textOf(client: Client, format: FormatId, withExcerpts = false): Promise<string> {
  const { bytes } = await client.call('render', { format, withExcerpts });
  return new TextDecoder().decode(bytes);
}

export async function reportOf(client: Client): Promise<Report> {
  return JSON.parse(await textOf(client, 'json')) as Report;
}
