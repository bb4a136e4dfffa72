/** What `acc --help` prints. */
export const usage = `acc, the control center for coding agents

Usage: acc COMMAND [OPTIONS]

  start         Open the control center (what "npm start" runs)
                  --headless          serve the UI to a browser; the last line on stdout is the link
                  --host A --port N   address and port (127.0.0.1, 4620 or a free one)
                  --token-file F      bearer token for other addresses than loopback
                  --host-name NAME    a further name to answer to; may be repeated
                  --no-open           do not open a browser
  run           Give one task to an agent in a worktree of its own, and wait for it
                  --repo DIR          the repository; a folder outside git is worked on in place
                  --agent A           claude-code (default), acp:NAME, or command
                  --prompt TEXT       the task; "-" reads it from standard input
                  --title T --model M --max-turns N --max-usd X --max-minutes N
                  --allow RULE        may be repeated, in the agent's syntax: "Bash(npm test:*)"
                  --on-ask wait|deny  permission requests: wait for an answer, or deny (default without a terminal)
                  -- COMMAND …        the program and its arguments, for --agent command
  sessions      [list] [--archived] | show ID | events ID | send ID TEXT | stop ID | resume ID [TEXT] | archive ID
  review        [list] [--all] | show ID | diff ID | approve ID [--method merge|squash|rebase] [--target BRANCH] [--message TEXT]
                | changes ID NOTE | reject ID [NOTE] | undo ID
  permissions   [list] | allow ID [--session | --always RULE] | deny ID [NOTE]
                | reply ID TEXT         answers a question: own words, or the number or name of a choice;
                                        for several questions one TEXT each
  diagnostics   Look at git, agents, disk, Node and the store, and name the fix for each
  link          Print a new one-time link to the running control center   [--viewer]
  host          Run an agent host for control centers elsewhere
                  --listen A:P        address and port
                  --token-file F      one token a line, each optionally followed by " expires=ISO-TIME"
                  --tls-cert F --tls-key F   speak TLS; --client-ca F: centers must show a certificate
                  --insecure          listen on other addresses than loopback without TLS
                  --drain-seconds N   on SIGTERM let sessions end, at most this long (0)
                  --open-metrics      /metrics without a token
                  --name N            what people call it (the machine's name)
  load-test     Measure the connections to an agent host with many clients, against the product's goals
                  --clients N         links, each with a connection of its own (1000)
                  --seconds S         how long they work (60)
                  --sessions M        event streams over all clients (1000)
                  --host H            own (a host for the test alone, default), the id of a host, or its address
                  --token-file F      the token of a host at an address
  trends        FILE.csv | -        what changed in a series of timestamp,value: a score for every row, slope, season, forecast, anomalies
  completion    bash | zsh | fish: print the completion script

Everywhere: --data DIR (the app's folder), --json (one JSON object a line), --help, --version

Exit codes: 0 done (run: a change waits for review, or nothing had to change), 1 error (load-test: a goal was missed), 2 wrong call,
            3 the agent failed, 4 a limit stopped it, 130 Ctrl-C
`;
