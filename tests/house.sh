#!/usr/bin/env bash
# The never-rules: what the layout, the man page and the texts promise. Usage: house.sh FAREHOOK
set -u
cd "$(dirname "$0")/.." || exit 1
farehook=$1
passed=0 failed=0

# check SENTENCE OUTPUT: holds if there is no output.
check() {
  if [ -z "$2" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s:\n%s\n' "$1" "$2"
  fi
}

check "only src/http knows httplib and OpenSSL" \
  "$(grep -rnE '#include *[<"](httplib\.h|openssl/)' src | grep -v '^src/http/')"
check "only src/cli knows CLI11" "$(grep -rnE '#include *[<"]CLI/' src | grep -v '^src/cli/')"
check "delivery stands on nothing of the house" "$(grep -rnE '#include "(cli|http|booking)/' src/delivery)"
check "booking stands on delivery only" "$(grep -rnE '#include "(cli|http)/' src/booking)"
check "http stands on delivery only" "$(grep -rnE '#include "(cli|booking)/' src/http)"
check "no file is over 350 lines" "$(find src -name '*.[ch]pp' -exec wc -l {} + | awk '$2 != "total" && $1 > 350')"
check "file names are unique" "$(find src -name '*.hpp' -printf '%f\n' | sort | uniq -d)"
check "no constant stands in two headers" "$(grep -rhE '^ *inline constexpr' src --include='*.hpp' |
  sed -nE 's/^ *inline constexpr [^={]*[ *&]([a-z_0-9]+)(\[[^]]*\])? *[={;].*/\1/p' | sort | uniq -d)"
check "every source file is built" \
  "$(find src -name '*.cpp' ! -name main.cpp | while read -r f; do grep -qF "$f" CMakeLists.txt || echo "$f"; done)"
check "nothing is left for later" "$(grep -rnE '\b(TODO|FIXME|XXX|HACK)\b' src tests man README.md | grep -v '^tests/house.sh')"

commands=$("$farehook" --help | sed -n '/^Commands:/,/^Options:/p' | sed -n 's/^  \([a-z][a-z]*\) .*/\1/p')
flags=$(for command in '' $commands; do "$farehook" $command --help; done | grep -oE -- '--[a-z][a-z-]*' | sort -u)
check "help names flags" "$([ "$(echo "$flags" | wc -l)" -gt 10 ] || echo "$flags")"
check "every flag is in the man page" \
  "$(for flag in $flags; do grep -qF -- "Fl -${flag#--}" man/farehook.1 || echo "$flag"; done)"
check "every flag of the man page is in the help" \
  "$(grep -oE 'Fl -[a-z][a-z-]+' man/farehook.1 | sed 's/Fl -/--/' | sort -u | while read -r flag; do
    echo "$flags" | grep -qxF -- "$flag" || echo "$flag"
  done)"
check "the README has an example of every command" \
  "$(for c in $commands; do grep -q "farehook $c" README.md || echo "$c"; done)"
check "the man page names every exit status" \
  "$(for s in 0 1 2 3; do grep -qx "\.It $s" man/farehook.1 || echo "$s"; done)"
if command -v mandoc > /dev/null; then
  check "mandoc has nothing to say" "$(mandoc -T lint -W warning man/farehook.1 2>&1)"
else
  echo "skip mandoc is not there"
fi
check "every folder of fixtures is read by a test" \
  "$(find fixtures -mindepth 1 -type d -printf '%f\n' | while read -r folder; do
    grep -rqF -- "\"$folder\"" tests/*.cpp || echo "$folder"
  done; find fixtures -maxdepth 1 -type f)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
