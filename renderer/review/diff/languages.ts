/** Syntax of a file by its name, each language loaded when the first file of it is shown. */
import type { Extension } from '@codemirror/state';

type Load = () => Promise<Extension>;

const script =
  (config: { jsx?: boolean; typescript?: boolean }): Load =>
  async () =>
    (await import('@codemirror/lang-javascript')).javascript(config);
const css: Load = async () => (await import('@codemirror/lang-css')).css();
const html: Load = async () => (await import('@codemirror/lang-html')).html();
const json: Load = async () => (await import('@codemirror/lang-json')).json();
const yaml: Load = async () => (await import('@codemirror/lang-yaml')).yaml();
const markdown: Load = async () => (await import('@codemirror/lang-markdown')).markdown();

const byEnding: Readonly<Record<string, Load>> = {
  js: script({ jsx: true }),
  jsx: script({ jsx: true }),
  mjs: script({}),
  cjs: script({}),
  ts: script({ typescript: true }),
  mts: script({ typescript: true }),
  cts: script({ typescript: true }),
  tsx: script({ jsx: true, typescript: true }),
  css,
  scss: css,
  less: css,
  html,
  htm: html,
  vue: html,
  svelte: html,
  svg: html,
  xml: html,
  json,
  jsonc: json,
  yml: yaml,
  yaml,
  md: markdown,
  markdown,
  py: async () => (await import('@codemirror/lang-python')).python(),
  go: async () => (await import('@codemirror/lang-go')).go(),
  rs: async () => (await import('@codemirror/lang-rust')).rust(),
};

/** @returns the language of a path, or null when none is known for its ending */
export function languageOf(path: string): Load | null {
  const ending = path.slice(path.lastIndexOf('.') + 1).toLowerCase();
  return byEnding[ending] ?? null;
}
