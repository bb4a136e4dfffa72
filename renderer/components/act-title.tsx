/** The title of an act of an agent: its verb as words, what it acts on as code. */
const VERBS = /^(Run|Edit|Write|Read|Fetch|Search|Delete|Create) (\S.*)$/s;

export function ActTitle({ title }: { title: string }) {
  const [, verb, target] = VERBS.exec(title) ?? [];
  if (verb === undefined || target === undefined) return <>{title}</>;
  return (
    <>
      {verb} <code>{target}</code>
    </>
  );
}
