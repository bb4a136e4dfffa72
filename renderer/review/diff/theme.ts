/**
 * The editor in the app's tokens. CodeMirror adds its styles as sheets of its shadow root, which the page's policy (`default-src
 * 'self'`) allows where a style element would be refused; custom properties reach into it, so light and dark need nothing more.
 */
import { HighlightStyle, syntaxHighlighting } from '@codemirror/language';
import { EditorView } from '@codemirror/view';
import { tags } from '@lezer/highlight';

const none = { background: 'none' };

const look = EditorView.theme({
  '&': { color: 'var(--text)', backgroundColor: 'var(--bg)', fontSize: '12px' },
  '&.cm-focused': { outline: 'none' },
  '.cm-scroller': { fontFamily: 'var(--mono)', lineHeight: '20px', fontVariantLigatures: 'none' },
  '.cm-content': { padding: '8px 0 24px' },
  '.cm-line': { padding: '0 12px 0 8px' },
  '.cm-gutters': { backgroundColor: 'var(--bg)', color: 'var(--text-2)', border: 'none' },
  '.cm-gutterElement, .cm-lineNumbers .cm-gutterElement': { padding: '0 8px', minWidth: '34px', textAlign: 'right', fontVariantNumeric: 'tabular-nums' },
  '.cm-sign .cm-gutterElement': { minWidth: '18px', padding: '0 4px', textAlign: 'center', color: 'var(--text)' },
  '.cm-changeGutter .cm-gutterElement': { minWidth: '3px', padding: '0' },
  '&.cm-merge-a .cm-changedLine, .cm-deletedChunk, .cm-gutterElement.acc-deleted': { backgroundColor: 'var(--del)' },
  '&.cm-merge-b .cm-changedLine, .cm-gutterElement.acc-added': { backgroundColor: 'var(--add)' },
  '.cm-deletedChunk': { padding: '0 12px 0 8px' },
  '.cm-deletedLine, .cm-deletedLine del': { textDecoration: 'none' },
  // What changed inside a line is set off by a stronger ground of the same colour; unchanged words of the line stay quiet.
  '&.cm-merge-a .cm-changedText, &.cm-merge-a.cm-merge-a .cm-changedText, .cm-deletedChunk .cm-deletedText.cm-deletedText.cm-deletedText': {
    ...none,
    backgroundColor: 'color-mix(in oklch, var(--bad) 13%, transparent)',
  },
  '&.cm-merge-b .cm-changedText.cm-changedText': { ...none, backgroundColor: 'color-mix(in oklch, var(--ok) 11%, transparent)' },
  '.cm-collapsedLines.cm-collapsedLines.cm-collapsedLines': {
    ...none,
    color: 'var(--text-2)',
    backgroundColor: 'var(--sunken)',
    fontFamily: 'var(--font)',
    fontSize: '11.5px',
    padding: '3px 12px',
    cursor: 'default',
  },
  '.cm-collapsedLines::before, .cm-collapsedLines::after': { display: 'none' },
  '.cm-collapsedLines:hover': { color: 'var(--text)' },
  '&.cm-focused > .cm-scroller > .cm-selectionLayer .cm-selectionBackground, .cm-selectionBackground, ::selection': {
    backgroundColor: 'color-mix(in oklch, var(--accent) 28%, transparent)',
  },
});

const syntax = HighlightStyle.define([
  { tag: [tags.keyword, tags.modifier, tags.operatorKeyword, tags.definitionKeyword], color: 'var(--accent)' },
  { tag: [tags.string, tags.special(tags.string), tags.regexp], color: 'var(--ok)' },
  { tag: [tags.number, tags.bool, tags.null, tags.atom], color: 'var(--run)' },
  { tag: [tags.comment, tags.meta], color: 'var(--text-2)', fontStyle: 'italic' },
  { tag: [tags.typeName, tags.className, tags.tagName, tags.namespace], color: 'var(--wait)' },
  { tag: [tags.propertyName, tags.attributeName], color: 'var(--text)' },
  { tag: [tags.heading, tags.strong], fontWeight: '600' },
  { tag: tags.emphasis, fontStyle: 'italic' },
  { tag: [tags.link, tags.url], color: 'var(--accent)' },
  { tag: tags.invalid, color: 'var(--bad)' },
]);

/** The line between the two sides. */
export const rightSide = EditorView.theme({ '&': { borderLeft: '1px solid var(--line)' } });

export const theme = [look, syntaxHighlighting(syntax)];
