#!/usr/bin/env bash
# The Debian package and `cmake --install`, as they come out of a build. Usage: package.sh BUILD_DIR
set -u
build=$(cd "$1" && pwd) || exit 1
cd "$(dirname "$0")/.." || exit 1
for tool in cpack cmake dpkg-deb dpkg-shlibdeps file readelf gzip; do
  command -v "$tool" > /dev/null || { echo "skip $tool is not there"; exit 77; }
done
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
passed=0 failed=0

# check SENTENCE ACTUAL EXPECTED
check() {
  if [ "$2" = "$3" ]; then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf 'FAIL %s\n  expected: %s\n  actual:   %s\n' "$1" "$3" "$2"
  fi
}

(umask 077 && cpack --config "$build/CPackConfig.cmake" -B "$folder/made") > "$folder/log" 2>&1 ||
  { cat "$folder/log"; exit 1; }
version=$(sed -n 's/^project(farehook VERSION \([0-9.]*\).*/\1/p' CMakeLists.txt)
name=farehook_${version}_$(dpkg --print-architecture).deb
check "one package is made, named as Debian names them" \
  "$(find "$folder/made" -maxdepth 1 -name '*.deb' -printf '%f\n')" "$name"
package=$folder/made/$name
field() { dpkg-deb -f "$package" "$1"; }

check "it holds these files, root's" \
  "$(dpkg-deb -c "$package" | awk '!/^d/ { print $1, $2, $6 }')" \
  "-rwxr-xr-x root/root ./usr/bin/farehook
-rw-r--r-- root/root ./usr/share/bash-completion/completions/farehook
-rw-r--r-- root/root ./usr/share/doc/farehook/changelog.gz
-rw-r--r-- root/root ./usr/share/doc/farehook/copyright
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/farehook.logrotate
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/farehook.service
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/github-actions.yml
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/gitlab-ci.yml
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/nginx.conf
-rwxr-xr-x root/root ./usr/share/doc/farehook/examples/rabbitmq-confirm.py
-rwxr-xr-x root/root ./usr/share/doc/farehook/examples/rabbitmq-consume.sh
-rwxr-xr-x root/root ./usr/share/doc/farehook/examples/rabbitmq-publish.sh
-rw-r--r-- root/root ./usr/share/doc/farehook/examples/rabbitmq.conf
-rw-r--r-- root/root ./usr/share/fish/vendor_completions.d/farehook.fish
-rw-r--r-- root/root ./usr/share/man/man1/farehook.1.gz
-rw-r--r-- root/root ./usr/share/zsh/vendor-completions/_farehook"
check "its folders are open, whatever the umask" \
  "$(dpkg-deb -c "$package" | awk '/^d/ { print $1, $2 }' | sort -u)" "drwxr-xr-x root/root"
check "nothing runs when it is installed or removed" "$(dpkg-deb -I "$package" | grep -cE '(pre|post)(inst|rm)')" 0
check "its name and version" "$(field Package) $(field Version)" "farehook $version"
check "its section and priority" "$(field Section) $(field Priority)" "web optional"
check "it says what it is" "$(field Description | head -n 1)" "Receives, replays, simulates and validates FareHarbor webhooks"
for library in libc6 libssl3 libstdc++6; do # libssl3t64 since Debian 13
  check "it depends on $library" "$(field Depends | grep -cE "(^|, )${library/++/\\+\\+}(t64)?( |,|\$)")" 1
done

dpkg-deb -x "$package" "$folder/root"
binary=$folder/root/usr/bin/farehook
check "its binary runs" "$("$binary" --version 2>&1 | cut -d' ' -f 1-2)" "farehook $version"
check "its binary is stripped" "$(file -b "$binary" | grep -o '[a-z]* *stripped$')" " stripped"
check "its binary looks for libraries where the system does" "$(readelf -dW "$binary" | grep -E 'RPATH|RUNPATH')" ""
check "its binary has no executable stack" "$(readelf -lW "$binary" | awk '/GNU_STACK/ { print $7 }')" RW
share=$folder/root/usr/share
check "the man page is the one of here" "$(gzip -dc "$share/man/man1/farehook.1.gz" | cmp - man/farehook.1 2>&1)" ""
check "the changelog begins with this version" \
  "$(gzip -dc "$share/doc/farehook/changelog.gz" | sed -n '1s/ [a-z]*;.*//p')" "farehook ($version)"

if command -v lintian > /dev/null; then
  check "lintian has nothing to say" "$(lintian --allow-root "$package" 2>&1)" ""
else
  echo "skip lintian is not there"
fi

DESTDIR=$folder/destination cmake --install "$build" --prefix /usr/local > "$folder/log" 2>&1 || cat "$folder/log"
check "cmake --install puts the same files there, but those that only a package has" \
  "$(cd "$folder/destination/usr/local" && find . -type f | sort)" \
  "$(cd "$folder/root/usr" && find . -type f ! -name changelog.gz ! -name copyright |
    sed 's/\.1\.gz$/.1/; s/vendor-completions/site-functions/' | sort)"

echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ]
