#!/usr/bin/env bash
# The built binary from outside: streams, statuses, signals. Usage: cli.sh FAREHOOK
set -u
farehook=$1
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder" || exit 1
passed=0 failed=0 case=

try() { case=$1; rm -rf ./*; }
assert() { # assert ACTUAL EXPECTED
  if [ "$1" = "$2" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s\n  expected: %s\n  actual:   %s\n' "$case" "$2" "$1"
  fi
}
assert_has() { case $1 in *"$2"*) assert 1 1 ;; *) assert "$1" "...$2..." ;; esac; }

# until_true COMMAND...: waits up to 20 s for it.
until_true() {
  local tries=0
  until "$@" 2> /dev/null; do
    tries=$((tries + 1))
    [ "$tries" -lt 2000 ] || return 1
    sleep 0.01
  done
}
# Whether a process has a handler for SIGINT (which a shell's background jobs ignore at first). The name comes
# first: what is not yet farehook has the shell's handlers.
handles_int() { grep -qx farehook "/proc/$1/comm" && [ $((0x$(awk '/^SigCgt/ { print $2 }' "/proc/$1/status") & 2)) -ne 0 ]; }
is_gone() { ! kill -0 "$1"; }
# has_sockets COUNT: whether the listener has so many open; the listening one is the first.
has_sockets() { [ "$(find "/proc/$pid/fd" -lname 'socket:*' | wc -l)" -ge "$1" ]; }
# start ARGUMENT...: a listener on a free port; sets pid and url. Its streams are the files out and err.
start() {
  "$farehook" listen --port 0 --ready-file ready "$@" > out 2> err &
  pid=$!
  until_true test -s ready || { cat err; return 1; }
  url=$(cat ready)
}
# finish [SIGNAL]: ends it and sets status.
finish() {
  [ $# -eq 0 ] || kill "-$1" "$pid"
  wait "$pid"
  status=$?
}
post() { curl -sS -o answer -w '%{http_code}' --max-time 20 --data-binary "${1-}" "$url" 2> curl_err; }

# on_screen COLUMNS COMMAND...: what it shows on a terminal so wide, as plain text.
on_screen() {
  python3 -c 'import fcntl, os, pty, struct, sys, termios
child, screen = pty.fork()
if child == 0:
    fcntl.ioctl(1, termios.TIOCSWINSZ, struct.pack("HHHH", 24, int(sys.argv[1]), 0, 0))
    os.execvp(sys.argv[2], sys.argv[2:])
try:
    while shown := os.read(screen, 65536): os.write(1, shown)
except OSError: pass  # EIO: the end' "$@" | sed 's/\r$//; s/\x1b\[[0-9]*m//g'
}

try "version is one line on standard output"
assert "$("$farehook" --version 2> err | grep -cE '^farehook [0-9.]+ \(cpp-httplib [0-9.]+\)$')" 1
assert "$(cat err)" ""

try "wrong usage is two lines and status 2"
for wrong in "" bogus "listen --bogus" "listen --port 99999" "listen --max-body x"; do
  # shellcheck disable=SC2086
  "$farehook" $wrong > out 2> err
  assert "$wrong $? $(wc -l < err) $(wc -c < out)" "$wrong 2 2 0"
done

# wrong EXPECTED ARGUMENT...: the first line on standard error begins with it; the second says where help is.
wrong() {
  local expected=$1
  shift
  "$farehook" "$@" > out 2> err < /dev/null
  assert "$* $? $(wc -l < err) $(wc -c < out) $(head -n 1 err | cut -c "1-${#expected}")" "$* 2 2 0 $expected"
  assert_has "$(tail -n 1 err)" " --help' for what there is."
}

try "what was probably meant is said"
wrong 'farehook: lisen: no such command; did you mean listen?' lisen
wrong 'farehook: valid: no such command; did you mean validate?' valid
wrong 'farehook: serve: no such command; it is listen, replay, ' serve
wrong 'farehook: --appendd: no such option; did you mean --append?' listen --appendd a.jsonl
wrong 'farehook: -append: no such option; did you mean --append?' listen -append a.jsonl
wrong 'farehook: --ready_file: no such option; did you mean --ready-file?' listen --ready_file=url
wrong 'farehook: --cert: no such option; did you mean --tls-cert?' listen --cert cert.pem
wrong 'farehook: --tls: no such option; did you mean --tls-cert, --tls-key or --tls-self-signed?' listen --tls
wrong 'farehook: --explain: there is no "typ"; did you mean type?' validate --explain typ
wrong 'farehook: --explain: "bogus" is not a rule; --rules lists them' validate --explain bogus
wrong 'farehook: --only: there is no "creatd"; did you mean created?' listen --only creatd
wrong 'farehook: --only: there is no "cancel"; did you mean cancelled?' replay --only created,cancel a.jsonl
wrong 'farehook: --configured: there is no "creation"; did you mean creations?' listen --configured creation
wrong 'farehook: --scenario: there is no "Lifecycle"; did you mean lifecycle?' simulate --scenario Lifecycle
wrong 'farehook: --demo: its sender knows no TLS, no password and no --path' listen --demo --path /hook
wrong 'farehook: --path: behind the ? of /hook there has to be NAME=VALUE' listen --path '/hook?tern'
wrong 'farehook: --path: behind the ? of /hook there has to be NAME=VALUE' listen --path '/hook?a=1&'
wrong 'farehook: --path: behind the ? of /hook there has to be NAME=VALUE' listen --path '/hook?=tern'
wrong 'farehook: --ready-file: it is the file of --append, and would be removed' listen --ready-file a.jsonl --append ./a.jsonl
wrong 'farehook: --ready-file: it is the file of --tls-key, and would be removed' listen --ready-file x/../key --tls-cert cert --tls-key key
wrong 'farehook: --max-body: it is more than 32MiB' listen --max-body 33MiB
wrong 'farehook: --speed: it is for what is sent: --to URL as well' simulate --speed 60
wrong 'farehook: --header: it is for what is sent: --to URL as well' simulate --print --header 'X-A: b'
wrong 'farehook: --to: with --print nothing is sent' simulate --print --to http://127.0.0.1:9/
wrong 'farehook: --answers: with --print nothing is sent' simulate --print --answers 500
wrong 'farehook: --retries: with --print nothing is sent' simulate --print --retries 1
wrong 'farehook: --interval: nothing is tried again without --retries N' replay a.jsonl --to http://127.0.0.1:9/ --interval 5s
wrong "farehook: --dry-run: it can't be given together with --failed-out" replay a.jsonl --dry-run --failed-out b.jsonl
wrong "farehook: --print: it can't be given together with --report" replay a.jsonl --print --report github
wrong "farehook: --respond-body: it can't be given together with --forward-to" listen --forward-to http://127.0.0.1:9/ --respond-body ok
wrong "farehook: --respond: it can't be given together with --demo" listen --demo --respond 500
wrong "farehook: --strict: it can't be given together with --rules" validate --rules --strict
wrong "farehook: --rules: it can't be given together with --explain" validate --rules --explain type
wrong 'farehook: a.json: it is not read: --rules prints what farehook knows' validate --rules a.json
wrong 'farehook: --forward-auth-file: it needs --forward-to URL as well' listen --forward-auth-file a
wrong 'farehook: --as: there is no "prod"; did you mean production?' simulate --as prod
wrong 'farehook: --report: there is no "junti"; did you mean junit?' replay --report junti=a.xml a.jsonl
wrong 'farehook: --append: "" is not the name of a file' listen --append ''
wrong 'farehook: INPUT: "" is not the name of a file or folder' validate ''
wrong 'farehook: --append: without it records go to standard output; ./- is the file of this name' listen --append -
wrong 'farehook: --host: "" is not a name or an address' listen --host ''
wrong 'farehook: --request-timeout: it leaves no time at all' listen --request-timeout 0
wrong 'farehook: --format: the rules are listed as text or json' validate --rules --format sarif
wrong 'farehook: --report: "junit" is not junit=FILE, tap=FILE, github or github=FILE' replay --report junit a.jsonl
wrong 'farehook: --format: there is no "jsonn"; did you mean json?' validate --format text --format jsonn a.json
wrong 'farehook: --only: "bogus" is not one of created, ' listen --only bogus
for flag in --bogus --x -p --appendix-of-it; do
  wrong "farehook: $flag: no such option" listen "$flag"
  assert "$(head -n 1 err)" "farehook: $flag: no such option"
done

try "each flag is recognised with a letter too many, and none is taken for another"
for command in listen replay simulate validate; do
  for flag in $("$farehook" "$command" --help | grep -oE '^  (-q, )?--[a-z][a-z-]{3,}' | grep -oE -- '--[a-z-]+'); do
    wrong "farehook: ${flag}x: no such option; did you mean $flag?" "$command" "${flag}x"
  done
done

try "an option of another command is said to be one"
wrong 'farehook: --to: not an option of listen, but of replay and simulate' listen --to http://127.0.0.1/
wrong 'farehook: --append: an option of listen; it stands behind the command' --append a.jsonl listen

try "what an unknown option was given is not repeated"
wrong 'farehook: --auth: no such option; did you mean --auth-file?' listen --auth=user:hunter2

try "a wrong value is said with what to type"
wrong 'farehook: --port: its value is missing: --port N' listen --port
wrong 'farehook: --port: its value is missing: --port N' listen --port --append a.jsonl
wrong 'farehook: --color: its value is missing: auto, always or never' listen --color
wrong 'farehook: --color: "red" is not auto, always or never' listen --color red
wrong 'farehook: --timeout: "5x" is not a duration such as 500ms' listen --timeout 5x
wrong 'farehook: --quiet: it takes no value' listen --quiet=maybe
wrong 'farehook: --tee: it needs --append FILE as well' listen --tee
wrong "farehook: --only: it can't be given together with --configured; leave one out" listen --only created --configured all
wrong 'farehook: --tls-cert: its private key is missing: --tls-key FILE' listen --tls-cert cert.pem
wrong 'farehook: extra: not expected here; listen takes options only' listen extra
wrong 'farehook: a shell (bash, zsh or fish) is required' completion
wrong 'farehook: tcsh: no such shell; it is bash, zsh or fish' completion tcsh

try "a file that is a folder, or is not there, is said in one line, with what it is for"
for option in "--auth-file takes one with user:password in it" "--cacert takes one with certificates (PEM)"; do
  "$farehook" replay a.json --to http://127.0.0.1:1/ "${option%% *}" . > out 2> err
  assert "$? $(cat err)" "3 farehook: .: it is a folder, not a file; $option"
  "$farehook" replay a.json --to http://127.0.0.1:1/ "${option%% *}" none > out 2> err
  assert "$? $(cat err)" "3 farehook: none: No such file or directory; $option"
done

try "what is long fits a terminal of 80 columns, and is a line each elsewhere"
on_screen 80 "$farehook" validate --rules > out
"$farehook" validate --rules > lines
assert "$(awk 'length > 80' out) $(tr -s ' \n' ' ' < out) $([ "$(wc -l < out)" -gt "$(wc -l < lines)" ] && echo wrapped)" " $(tr -s ' \n' ' ' < lines) wrapped"
on_screen 200 "$farehook" validate --rules > out
assert "$(cmp out lines && echo same)" same
# shellcheck disable=SC2016
simulation='"$0" simulate --scenario mixed --bookings 9 --answers 500,drop,hang,204@2s > /dev/null'
on_screen 80 sh -c "$simulation" "$farehook" > out
assert "$(awk 'length > 80' out) $(grep -c '  x--*x-*-x-*-o delivered after 212 s (500, closed, timeout, 204)$' out)" " 18"
on_screen 40 sh -c "$simulation" "$farehook" > out
assert "$(awk 'length > 40' out | grep -v 'deliveries') $(grep -c '  x--*x-*-x-*-o deliver' out)" " 18"

try "help fits a screen and goes to standard output"
for command in '' listen replay simulate validate completion; do
  # shellcheck disable=SC2086
  "$farehook" $command --help > out 2> err
  assert "$command $? $(wc -c < err) $(awk 'length > 80' out)" "$command 0 0 "
  assert "$command $([ "$(wc -l < out)" -le 50 ] && grep -A 3 '^Examples:$' out | grep -c '^  .*farehook')" "$command $(grep -c '^  .*farehook ' out)"
done

try "a delivery is one line on standard output"
start
assert "$(post '{"booking":{"uuid":"u","status":"booked"}}')" 200
until_true test -s out
assert "$(jq -r '.event + " " + .booking' out)" "booking.created u"
finish INT
assert "$status" 0
assert "$(tail -n 1 err)" "1 delivery stored in standard output: 1 created"
assert "$(test -e ready && echo there)" ""

try "a file gets the records and standard output nothing"
start --append a.jsonl
post '{"a":1}' > /dev/null
finish TERM
assert "$status $(wc -c < out) $(wc -l < a.jsonl) $(stat -c %a a.jsonl)" "0 0 1 600"

try "tee gives both"
start --append a.jsonl --tee
post '{"a":1}' > /dev/null
finish TERM
assert "$(cmp out a.jsonl && echo same)" same

try "quiet says nothing"
start --quiet
post '{}' > /dev/null
finish TERM
assert "$status $(cat err)" "0 "

try "a closed standard output ends it quietly, at once"
("$farehook" listen --port 0 --ready-file ready 2> err; echo $? > status) | head -n 1 > line &
until_true test -s ready
url=$(cat ready)
assert "$(post '{"n":1}')" 200
until_true test -s status
assert "$(cat status) $(jq -c .body line) $(grep -c farehook: err)" '0 {"n":1} 0'

try "what nobody reads is not acknowledged"
mkfifo pipe
"$farehook" listen --port 0 --ready-file ready > pipe 2> err &
pid=$!
exec 9< pipe
until_true test -s ready
url=$(cat ready)
exec 9<&-
code=$(post '{"n":1}')
[ "$code" != 000 ] || ! until_true is_gone "$pid" || code=gone
assert_has " 503 gone " " $code "
finish
assert "$status" 0

try "a full disk is 503, a message, and status 3"
start --append /dev/full
assert "$(post '{}')" 503
assert "$(cat answer)" "the delivery could not be stored"
finish INT
assert "$status" 3
assert_has "$(cat err)" "farehook: /dev/full: No space left on device"
assert_has "$(tail -n 1 err)" "0 deliveries stored in /dev/full; 1 not stored (503)"

try "a full standard output is the same"
"$farehook" listen --port 0 --ready-file ready > /dev/full 2> err &
pid=$!
until_true test -s ready
url=$(cat ready)
assert "$(post '{}')" 503
finish INT
assert "$status" 3

try "a full standard output beside a file: what is stored is answered 200, and the status is 3"
"$farehook" listen --port 0 --ready-file ready --append a.jsonl --tee > /dev/full 2> err &
pid=$!
until_true test -s ready
url=$(cat ready)
assert "$(post '{"n":1}')" 200
finish TERM
assert "$status $(jq -c .body a.jsonl)" '3 {"n":1}'
assert_has "$(cat err)" "standard output: No space left on device"

try "a port that is taken is one line and status 3"
start
"$farehook" listen --port "$(sed 's/.*:\([0-9]*\).*/\1/' ready)" > out2 2> err2
assert "$? $(wc -l < err2) $(wc -c < out2)" "3 1 0"
assert_has "$(cat err2)" "port already in use"
finish TERM

try "a file that can't be written to is two lines and status 3"
for file in /nowhere/a.jsonl . /proc/none; do
  "$farehook" listen --port 0 --append "$file" > out 2> err
  assert "$file $? $(wc -l < err)" "$file 3 2"
done

try "a host that is not here is status 3"
for host in 192.0.2.1 no-such-host.invalid; do
  "$farehook" listen --port 0 --host "$host" > out 2> err
  assert "$? $(wc -l < err)" "3 1"
done

try "it listens on IPv6 too"
if python3 -c 'import socket; socket.socket(socket.AF_INET6).bind(("::1", 0))' 2> /dev/null; then
  start --host '[::1]'
  assert_has "$url" "http://[::1]:"
  assert "$(post '{}')" 200
  finish TERM
  assert "$(jq -r .remote out | sed 's/:[0-9]*$//')" "[::1]"
else
  echo "skip $case: ::1 is no address here"
fi

try "the count ends it"
start --count 2
post '{"n":1}' > /dev/null
post '{"n":2}' > /dev/null
finish
assert "$status $(wc -l < out)" "0 2"

try "the timeout ends it, with 1 where the count is not met"
start --timeout 100ms --count 1
finish
assert "$status" 1
start --timeout 100ms
finish
assert "$status" 0

try "a signal before an asked-for end is in the status"
start --count 1
finish INT
assert "$status" 130
start --timeout 1h
finish TERM
assert "$status" 143

try "a second signal leaves at once"
mkfifo pipe
"$farehook" listen --port 0 --ready-file ready > pipe 2> err &
pid=$!
exec 9< pipe
until_true test -s ready
url=$(cat ready)
# More than a pipe holds, and nobody reads on: the first signal's drain waits for it.
head -c 300000 /dev/zero | tr '\0' x > body
curl -sS --max-time 20 --data-binary @body "$url" > /dev/null 2>&1 &
head -c 1 <&9 > /dev/null
kill -INT "$pid"
until_true grep -q 'again to leave' err
assert "$(kill -0 "$pid" && echo waits)" waits
kill -INT "$pid"
finish
exec 9<&-
assert "$status" 130

try "a request in the air is finished at a signal"
mkfifo slow
start --append a.jsonl
curl -sSv -o answer -w '%{http_code}' --max-time 20 -T slow -X POST -H 'Transfer-Encoding: chunked' -H 'Expect:' "$url" \
  > code 2> sent &
client=$!
exec 7> slow
printf '{"a":' >&7
until_true grep -q '^> POST' sent
until_true has_sockets 2
kill -TERM "$pid"
until_true grep -q 'Finishing' err
printf '1}' >&7
exec 7>&-
wait "$client"
assert $? 0
finish
assert "$status $(cat code) $(jq -c .body a.jsonl)" '0 200 {"a":1}'

try "a hang-up opens the file anew"
start --append a.jsonl
post '{"n":1}' > /dev/null
mv a.jsonl b.jsonl
kill -HUP "$pid"
until_true grep -q 'opened anew' err
post '{"n":2}' > /dev/null
finish TERM
assert "$(jq -c .body b.jsonl a.jsonl | tr '\n' ' ')" '{"n":1} {"n":2} '

try "a hang-up ends a listener without a file"
start
kill -HUP "$pid"
finish
assert "$status" 0
start --timeout 1h
finish HUP
assert "$status" 129

try "a hang-up that is ignored at the start stays ignored"
trap '' HUP
start
trap - HUP
kill -HUP "$pid"
assert "$(post '{"n":1}') $(grep -c Finishing err)" "200 0"
finish TERM
assert "$status $(wc -l < out)" "0 1"

try "who does not read standard error holds up nobody"
mkfifo unread
exec 8<> unread
"$farehook" listen --port 0 --ready-file ready --append a.jsonl 2> unread 8>&- &
pid=$!
until_true test -s ready
url=$(cat ready)
yes "$url" | head -n 2000 | timeout 60 xargs curl -sS -d '{}' -w '%{http_code}\n' > codes 2> curl_err
assert "$(sort codes | uniq -c | xargs)" "2000 200"
exec 8>&-
finish TERM
assert "$status $(wc -l < a.jsonl)" "0 2000"

try "a torn last line is closed off and named"
printf '{"id":"x","recei' > a.jsonl
start --append a.jsonl
post '{"n":1}' > /dev/null
finish TERM
assert "$(head -n 1 a.jsonl) $(tail -n 1 a.jsonl | jq -c .body)" '{"id":"x","recei {"n":1}'
assert_has "$(cat err)" "farehook: a.jsonl: the last line was cut off"

try "a pretty body is one line and its bytes come back"
start --append a.jsonl
printf '{\r\n  "a": 1.10\r\n}\n' > body
curl -sS --data-binary @body "$url"
finish TERM
assert "$(wc -l < a.jsonl) $(jq -j .body_text a.jsonl | cmp - body && echo same)" "1 same"

try "the demo ends by itself and its lines are JSON"
"$farehook" listen --demo > out 2> err
assert "$? $(jq -r .event out | wc -l) $(jq -s 'map(.attempt) | max' out)" "0 6 2"

# payloads COUNT: a capture of so many items, each without a finding.
payloads() {
  local i=0
  while [ $i -lt "$1" ]; do
    printf '{"item":{"pk":7,"name":"a","company":{"name":"a","shortname":"a","currency":"usd"},"external_api_url":"https://a/7","dashboard_url":"https://a/7"}}\n'
    i=$((i + 1))
  done
}

try "a ready file that is a link is written through, and stays"
ln -s target ready
start
finish TERM
assert "$(readlink ready) $(cat target)" "target $url"
ln -s /proc/self/fd/1 stdout
"$farehook" listen --port 0 --timeout 100ms -q --ready-file stdout > out
assert "$(readlink stdout) $(sed 's/:[0-9]*/:PORT/2' out)" "/proc/self/fd/1 http://127.0.0.1:PORT/"

try "a FIFO is waited for, and a signal ends that"
mkfifo p.json ready
payloads 1 > p.json &
"$farehook" validate p.json > out 2> err
assert "$? $(cat out)" "0 "
"$farehook" validate p.json > out 2> err &
pid=$!
until_true handles_int "$pid"
finish INT
assert "$status" 130
"$farehook" listen --port 0 --ready-file ready > out 2> err &
pid=$!
until_true has_sockets 1
finish TERM
assert "$status" 0

try "a FIFO that nobody reads the URL from holds up nothing else"
mkfifo ready
"$farehook" listen --port 0 --ready-file ready --timeout 100ms > out 2> err &
pid=$!
until_true is_gone "$pid"
finish
assert "$status" 0
rm err
"$farehook" listen --port 0 --ready-file ready --append a.jsonl 2> err &
pid=$!
until_true grep -q '\^C ends it' err
kill -HUP "$pid"
until_true grep -q 'is opened anew' err
url=$(cat ready)
assert "$(post '{}')" 200
finish TERM
assert "$status" 0

try "a ready file is nobody's but who has the port, and no file that is read"
start
"$farehook" listen --port "$(expr "$url" : '.*:\([0-9]*\)/')" --ready-file ready 2> err2
assert "$? $(cat ready)" "3 $url"
finish TERM
echo '{}' > a.jsonl
ln a.jsonl b.jsonl
"$farehook" listen --port 0 --append a.jsonl --ready-file b.jsonl --timeout 100ms > out 2> err
assert "$? $(cat a.jsonl b.jsonl)" "2 {}
{}"

try "SIGHUP opens the file anew, though nobody reads standard error any more"
mkfifo pipe
head -n 1 pipe > first &
"$farehook" listen --port 0 --ready-file ready --append a.jsonl 2> pipe &
pid=$!
until_true test -s ready
url=$(cat ready)
wait %1
post '{"n":1}' > /dev/null
mv a.jsonl b.jsonl
kill -HUP "$pid"
until_true test -e a.jsonl
assert "$(post '{"n":2}')" 200
finish TERM
assert "$status $(wc -l < a.jsonl) $(wc -l < b.jsonl)" "0 1 1"

try "a status that has no reason has none made up"
start --respond 299,500,599
for body in '{}' '{}' '{}'; do curl -si --max-time 20 --data "$body" "$url" | head -n 1 | tr -d '\r'; done > got
assert "$(cat got)" "HTTP/1.1 299 
HTTP/1.1 500 Internal Server Error
HTTP/1.1 599 "
finish TERM

try "an answer has its date"
start
for pause in 0 1.1; do
  sleep "$pause"
  curl -si --max-time 20 --data '{}' "$url" | tr -d '\r' | sed -n 's/^Date: //p'
done > got
assert "$(sort -u got | wc -l) $(grep -cE '^[A-Z][a-z]{2}, [0-9]{2} [A-Z][a-z]{2} [0-9]{4} [0-9:]{8} GMT$' got)" "2 2"
age=$(($(date +%s) - $(date -d "$(tail -n 1 got)" +%s)))
assert "$((age >= 0 && age < 60))" 1
finish TERM
start --respond-header 'Date: today'
assert "$(curl -si --max-time 20 --data '{}' "$url" | tr -d '\r' | grep -i '^date:')" "date: today"
finish TERM

try "HTTP/1.0 is told whether its connection is kept"
start
for field in keep-alive close; do
  curl -0si --max-time 20 -H "Connection: $field" --data '{}' "$url" | tr -d '\r' | sed -n 's/^Connection: //p'
done > got
assert "$(cat got)" "keep-alive
close"
finish TERM

try "205 has no body"
start --respond 205 --respond-body tern
curl -si --max-time 20 --data '{}' "$url" | tr -d '\r' > got
assert "$(grep -c '^Content-Length: 0$' got) $(grep -c tern got)" "1 0"
finish TERM

try "a folder's FIFOs are passed over"
mkdir d
mkfifo d/a.json
payloads 1 > d/b.json
timeout 20 "$farehook" validate d > out 2> err
assert "$? $(cat out)" "0 "

try "what is read is not what is written"
mkdir d
payloads 2 | tee d/a.jsonl > b.jsonl
# Each runs in the folder for at most so long; what it writes is told by its size.
in_d() { (cd d && ulimit -f 4096 && timeout 20 "$@"); }
in_d "$farehook" replay . --redact --print > d/out.jsonl 2> err
assert "$? $(wc -l < d/out.jsonl) $(grep -c '^farehook: ./out.jsonl: it is the standard output, too$' err)" "3 2 1"
in_d "$farehook" validate --format json . > d/findings.jsonl 2> err
assert "$? $(grep -c '^farehook: ./findings.jsonl: it is the standard output, too$' err)" "3 1"
rm d/findings.jsonl
in_d "$farehook" simulate . --print > d/out.jsonl 2> err
assert "$? $(wc -l < d/out.jsonl) $(cat err)" "3 2 farehook: ./out.jsonl: it is the standard output, too"
in_d "$farehook" replay ../b.jsonl --print >> b.jsonl 2> err
assert "$? $(wc -l < b.jsonl) $(cat err)" "3 2 farehook: ../b.jsonl: it is the standard output, too"
in_d "$farehook" replay - --print < b.jsonl >> b.jsonl 2> err
assert "$? $(wc -l < b.jsonl) $(cat err)" "3 2 farehook: standard input: it is the standard output, too"
rm d/*
in_d "$farehook" replay . --dry-run > out 2> d/err.jsonl
assert "$? $(cat d/err.jsonl)" "3 farehook: ./err.jsonl: it is the standard error, too"

try "replay writes no file that it reads, and no two things into one"
mkdir d
payloads 2 | tee a.jsonl d/c.jsonl > b.jsonl
ln a.jsonl link
refuses() { # refuses WORDS OPTION...: and nothing is made, sent or emptied
  local words=$1
  shift
  "$farehook" replay "$@" --to http://127.0.0.1:1/ < b.jsonl > out 2> err
  assert "$? $(cat err) $(wc -l < out) $(wc -l < a.jsonl)$(wc -l < b.jsonl)$(ls zz 2>&1)" \
    "3 farehook: $words 0 22ls: cannot access 'zz': No such file or directory"
}
refuses "b.jsonl: --failed-out is one of the inputs" - --failed-out b.jsonl
refuses "link: --failed-out is one of the inputs" a.jsonl --failed-out link
refuses "d/../a.jsonl: --report is one of the inputs" a.jsonl --report tap=d/../a.jsonl
refuses "link: --report is one of the inputs" a.jsonl --failed-out zz --report junit=link
refuses "d/c.jsonl: --report is one of the inputs" d --report github=d/c.jsonl
refuses "b.jsonl: --report is one of the inputs" - --report github=b.jsonl
refuses "zz: --failed-out and --report would mix in it" a.jsonl --report tap=zz --failed-out d/../zz
refuses "zz: --report and --report would mix in it" a.jsonl --report tap=zz --report junit=zz
refuses "zz: --failed-out is one of the inputs" zz a.jsonl --failed-out zz
"$farehook" replay a.jsonl --to http://127.0.0.1:1/ --report tap=/dev/null --failed-out /dev/null > out 2> err
assert "$? $(wc -l < out)" "1 2"

try "what is told of a file whose name is not UTF-8 is UTF-8"
mkdir in
payloads 1 | tee "in/$(printf 'caf\351.json')" > "in/$(printf 'caf\350.jsonl')"
"$farehook" replay in --print > printed.jsonl 2> err
assert "$? $(jq -r .id printed.jsonl | tr '\n' ' ')" "0 in/caf?.jsonl:1 in/caf?.json "
"$farehook" replay in --to http://127.0.0.1:1/ --report tap=tap --report github=github --report junit=junit \
  --failed-out failed.jsonl > attempts.jsonl 2> err
assert "$? $(cat printed.jsonl attempts.jsonl failed.jsonl tap github junit | iconv -f utf-8 -t utf-8 > text; echo $?)" "1 0"
assert "$(grep -c 'caf?' tap) $(grep -c 'caf?.*caf?' github)" "2 2"
"$farehook" replay in --after 'in/caf?.jsonl:1' --dry-run 2> err | jq -r .id > out
assert "$(cat out)" "in/caf?.json"
printf '{}' > "in/$(printf 'caf\351.json')"
"$farehook" validate --format github in > out 2> err
assert "$? $(iconv -f utf-8 -t utf-8 out | grep -c 'caf?')" "1 1"

try "why a report can't be made is said"
payloads 1 > a.json
"$farehook" replay a.json --to http://127.0.0.1:1/ --report junit=none/a.xml > out 2> err
assert "$? $(cat err)" "3 farehook: none/a.xml: No such file or directory"

try "a standard output that is closed takes no record"
"$farehook" listen --port 0 --ready-file ready 2> err >&- &
pid=$!
until_true test -s ready
url=$(cat ready)
assert "$(post '{}')" 503
finish TERM
assert "$status $(grep -c "standard output: Bad file descriptor" err)" "3 1"

try "an answer tells how long its connection is kept, and nothing else of it"
start --append a.jsonl
assert "$(curl -sS -i -d '{}' "$url" | tr -d '\r' | grep -i keep-alive:)" "Keep-Alive: timeout=60"
finish TERM

try "a reader that has enough ends the findings quietly"
payloads 3000 | sed 's/:7,/:"7",/' > a.jsonl
"$farehook" validate --all a.jsonl 2> err | head -n 1 > out
assert "${PIPESTATUS[0]} $(wc -l < out) $(cat err)" "1 1 "

try "findings go through a pipe as JSON"
payloads 2 | sed '2s/"pk":7/"pk":null/' | "$farehook" validate --format json - 2> err | jq -c '[.line, .column, .pointer]' > out
assert "$(cat out)" '[2,15,"/item/pk"]'
assert "$(cat err)" "2 payloads in 1 file: 1 error, 0 warnings, 0 notes"

try "a full disk under the findings is status 3 and no success"
printf '{}' > a.json
"$farehook" validate a.json > /dev/full 2> err
assert "$? $(head -n 1 err)" "3 farehook: standard output: No space left on device"

try "JUnit reports are XML, whatever stands in a payload or its name"
printf '{"booking":{"status":"<&\001\">]]>"}}' > 'a&"<b>.json'
printf '{"booking":{"status":"\xef\xbf\xbe","\xef\xbf\xbf":1}}' > c.json
printf '\xff\xfe' > b.json
"$farehook" validate --format junit . > out.xml 2> err
assert "$? $(python3 -c 'import sys, xml.dom.minidom as x; print(len(x.parse("out.xml").getElementsByTagName("failure")))')" "1 3"

try "^C leaves standard input that nobody writes to"
mkfifo in
exec 3<> in
"$farehook" validate - < in > out 2> err 3>&- &
pid=$!
until_true handles_int "$pid"
finish INT
exec 3>&-
assert "$status $(cat out)" "130 "

try "a capture is checked in memory that does not grow with it"
payloads 300 > block
for _ in $(seq 1000); do cat block; done > large.jsonl
peak() { python3 -c 'import resource, subprocess, sys; subprocess.run(sys.argv[1:], stderr=subprocess.DEVNULL); print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)' "$@"; }
small=$(peak "$farehook" validate block) large=$(peak "$farehook" validate large.jsonl)
assert "$([ "$large" -lt $((small + 2048)) ] && echo constant || echo "$small KB, then $large KB")" constant

try "colour is for terminals, and NO_COLOR and --color have their say"
assert "$("$farehook" listen --timeout 0 --port 0 2>&1 | grep -c $'\033')" 0
assert "$("$farehook" listen --timeout 0 --port 0 --color always 2>&1 | grep -c $'\033')" 2

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
