/** An agent's text as Markdown: no raw HTML, no images, links only to the web and opened outside the app. */
import { Markdown as Compiled } from 'markdown-to-jsx/react';
import type { AnchorHTMLAttributes } from 'react';
import { memo } from 'react';
import { safeLink } from '../model/links.ts';
import s from './markdown.module.css';

function Link({ href, children }: AnchorHTMLAttributes<HTMLAnchorElement>) {
  const address = safeLink(href ?? '');
  if (address === null) return <span title={href}>{children}</span>;
  return (
    <a href={address} target="_blank" rel="noopener noreferrer" title={address}>
      {children}
    </a>
  );
}

/** A picture is named, not fetched: an address in an agent's text must not make this app call it. */
const Picture = ({ alt, src }: { alt?: string; src?: string }) => <span className={s.picture}>Picture: {alt || src}</span>;
const Heading = ({ children }: { children?: React.ReactNode }) => <p className={s.heading}>{children}</p>;
/** Checkboxes of task lists are shown as words of state: they cannot be changed here. */
const Box = ({ checked }: { checked?: boolean }) => <span aria-label={checked ? 'done' : 'open'}>{checked ? '☑' : '☐'}</span>;
const Table = ({ children }: { children?: React.ReactNode }) => (
  <div className={s.table} tabIndex={0} role="group" aria-label="Table">
    <table>{children}</table>
  </div>
);
const Pre = ({ children }: { children?: React.ReactNode }) => (
  <pre tabIndex={0} aria-label="Code">
    {children}
  </pre>
);

const options = {
  disableParsingRawHTML: true,
  forceBlock: true,
  overrides: { a: Link, img: Picture, h1: Heading, h2: Heading, h3: Heading, h4: Heading, h5: Heading, h6: Heading, input: Box, table: Table, pre: Pre },
} as const;

/** @param quiet smaller and greyer, for what is beside the point (thinking, summaries at the side) */
export const Markdown = memo(function Markdown({ text, quiet = false }: { text: string; quiet?: boolean }) {
  return (
    <div className={s.markdown} data-quiet={quiet || undefined}>
      <Compiled options={options}>{text}</Compiled>
    </div>
  );
});
