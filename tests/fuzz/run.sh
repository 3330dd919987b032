#!/usr/bin/env bash
# Runs every fuzz target for some minutes, one after the other, from its corpus.
# Usage: run.sh BUILD MINUTES [TARGET...]
#   CXX=clang++ cmake -B build-fuzz -DFAREHOOK_FUZZ=ON -DFAREHOOK_SANITIZE=address,undefined
#   cmake --build build-fuzz -j2 && tests/fuzz/run.sh build-fuzz 10
# What is found is added to a folder beside the build, what fails is kept there and named.
set -u
build=$(realpath "$1") minutes=$2
shift 2
here=$(dirname "$(realpath "$0")")
[ $# -gt 0 ] || set -- $(cd "$here" && printf '%s\n' *_fuzz.cpp | sed 's/_fuzz.cpp$//')
failed=0
for target; do
  found=$build/found/$target
  mkdir -p "$found"
  log=$found.log
  if "$build/${target}_fuzz" -max_total_time=$((minutes * 60)) -timeout=25 -max_len=16384 \
    -artifact_prefix="$found-" "$found" "$here/corpus/$target" > "$log" 2>&1; then
    echo "ok $target: $(grep -oE 'Done [0-9]+ runs in [0-9]+ second' "$log")s"
  else
    failed=1
    echo "FAIL $target: $(grep -E 'Test unit written|ERROR|error:' "$log" | tail -2 | tr '\n' ' ') ($log)"
  fi
done
exit $failed
