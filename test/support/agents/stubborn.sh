#!/bin/sh
# A program that will not go: ignores SIGTERM, and leaves processes in its group, in a session of their own, behind a double
# fork, and (last) one that also dropped its environment. Prints "ready" when all of them run. $1 marks their command lines.
trap '' TERM
nap() { exec sleep "$1"; }
nap "$1" &
setsid sleep "$1" &
(setsid sleep "$1" &)
(sh -c "sleep $1 & sleep $1") &
env -i PATH="$PATH" setsid sleep "$1" &
echo ready
wait
