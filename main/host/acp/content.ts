/** Content blocks as text: what is no text is named, never dropped in silence. */
import type { ContentBlock } from '@agentclientprotocol/sdk';

export function textOf(block: ContentBlock): string {
  switch (block.type) {
    case 'text':
      return block.text;
    case 'resource_link':
      return `[${block.name}](${block.uri})`;
    case 'resource':
      return 'text' in block.resource ? block.resource.text : `[${block.resource.uri}]`;
    default:
      return `[${block.type} ${block.mimeType}]`;
  }
}
