/**
 * Agents that speak ACP, call a tool of their own and report what they cost: for each event that is measured they note when they said it.
 *
 *   pace, again and again:  call begins │ cost │ call ends │ cost        (three of four are measured)
 */
import { mkdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import type { Client } from '#shared/contract/index.ts';

/** The agent's side of ACP, as much of it as it takes: a line of JSON each way. */
const SPEAK = String.raw`use Time::HiRes qw(time sleep); $| = 1; my ($tool, $every, $count, $stamps) = @ARGV;
open(my $calls, '>', "$stamps.calls"); open(my $costs, '>', "$stamps.costs");
sub say_it { print qq({"jsonrpc":"2.0",$_[0]}\n) }
sub update { say_it(qq("method":"session/update","params":{"sessionId":"one","update":{$_[0]}})) }
sub note { printf { $_[0] } "%.3f\n", time * 1000 }
my $prompt;
while (my $line = <STDIN>) {
  my ($id) = $line =~ /"id":("[^"]*"|\d+)/; my ($method) = $line =~ /"method":"([^"]+)"/;
  if ($method eq 'initialize') { say_it(qq("id":$id,"result":{"protocolVersion":1,"agentCapabilities":{},"authMethods":[]})) }
  elsif ($method eq 'session/new') { say_it(qq("id":$id,"result":{"sessionId":"one"})) }
  elsif ($method eq 'session/prompt') { $prompt = $id; last }
}
sleep(rand($every * 4)); my $next = time;
for my $i (0 .. $count - 1) {
  my ($turn, $call) = ($i % 4, int($i / 4));
  if ($turn == 0) { update(qq("sessionUpdate":"tool_call","toolCallId":"$call","name":"$tool","title":"$tool $call","kind":"execute","status":"in_progress")) }
  elsif ($turn == 2) { note($calls); update(qq("sessionUpdate":"tool_call_update","toolCallId":"$call","status":"completed")) }
  else { note($costs); update(qq("sessionUpdate":"usage_update","used":1000,"size":200000,"cost":{"amount":) . ($i + 1) / 10000 . qq(,"currency":"USD"})) }
  $next += $every; my $wait = $next - time; sleep($wait) if $wait > 0;
}
close($calls); close($costs);
say_it(qq("id":$prompt,"result":{"stopReason":"end_turn"}));
while (<STDIN>) { }`;

export type Speaker = { readonly name: string; readonly tool: string; readonly sessionId: string; readonly stamps: string };

/**
 * Starts one in a worktree of its own. It begins to speak at once.
 * @param rate events a second
 * @param count events in all, a multiple of 4
 */
export async function startSpeaker(client: Client, repositoryId: string, dir: string, place: number, rate: number, count: number): Promise<Speaker> {
  mkdirSync(dir, { recursive: true });
  const [name, tool, stamps] = [`agent-${place}`, `tool-${place}`, path.join(dir, String(place))];
  const command = ['perl', '-e', SPEAK, tool, String(1 / rate), String(count), stamps];
  const { sessionId } = await client.tasks.create({ repositoryId, title: name, text: 'Speak.', agent: { kind: 'acp', name, command, model: '' } });
  return { name, tool, sessionId, stamps };
}

/** When each measured event was said, in milliseconds since the epoch, by the name of its series: the tool for calls, the agent for costs. */
export function stampsOf(speakers: readonly Speaker[]): Map<string, Float64Array> {
  const read = (file: string): Float64Array => Float64Array.from(readFileSync(file, 'utf8').split('\n').slice(0, -1), Number);
  return new Map(speakers.flatMap(({ name, tool, stamps }) => [[tool, read(`${stamps}.calls`)] as const, [name, read(`${stamps}.costs`)] as const]));
}
