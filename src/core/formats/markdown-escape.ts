import { cleanText } from '../text.ts';

/** Escapes text so that Markdown and HTML show it as it is, and nothing in it becomes a link. */
export function escapeMarkdown(text: string): string {
  return (
    cleanText(text)
      .replace(/&/g, '&amp;')
      .replace(/[\\`*[\]<>|~]/g, '\\$&')
      // Inside a word an underscore means nothing; at its edge it would start emphasis.
      .replace(/(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, '\\_')
      .replace(/^(\s*)([#+=-])/, '$1\\$2')
      .replace(/^(\s*\d+)([.)])/, '$1\\$2')
      .replace(/(https?|ftp|mailto):|www\./gi, (match) => `${match.slice(0, -1)}\u200b${match.slice(-1)}`)
      .replace(/@/g, '@\u200b')
  );
}
