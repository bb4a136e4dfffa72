/** A webhook of Slack, or of one of the many that take the same (Mattermost, Rocket.Chat, Discord with /slack). Its address is the secret. */
import { failed, type Message, type Outcome } from './channel.ts';
import { post } from './post.ts';
import { noSecret } from './webhook.ts';

/** What has a meaning in Slack's own markup. */
const escape = (text: string): string => text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

export async function sendSlack(url: string | null, message: Message, signal?: AbortSignal): Promise<Outcome> {
  if (url === null) return failed(noSecret('it is the address to send to').fault, false);
  const body = JSON.stringify({ text: `*${escape(message.subject)}*\n${escape(message.sentence)}` });
  return post({ url, body, headers: { 'content-type': 'application/json', 'x-acc-delivery': message.id } }, signal);
}
