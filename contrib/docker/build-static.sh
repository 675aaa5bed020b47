#!/bin/sh
# Builds the static binary that the image holds, and collects what stands beside it:
#   contrib/docker/build-static.sh FOLDER
# FOLDER becomes the root of the image. The Dockerfile runs this script; without Docker it makes the
# same tree. Needs musl-gcc (Debian: musl-tools) for the C parts: SQLite, ring, the allocator.
set -eu

root=${1:?"usage: $0 FOLDER"}
target=x86_64-unknown-linux-musl
[ "$(uname -m)" = x86_64 ] || target=$(uname -m)-unknown-linux-musl
cd "$(dirname "$0")/../.."

rustup target add "$target"
cargo build --release --locked --package goodgate --target "$target"

install -D -m 755 "${CARGO_TARGET_DIR:-target}/$target/release/goodgate" "$root/usr/bin/goodgate"
install -D -m 644 /etc/ssl/certs/ca-certificates.crt "$root/etc/ssl/certs/ca-certificates.crt"
install -D -m 644 contrib/docker/goodgate.toml "$root/etc/goodgate/goodgate.toml"
# The user of the image, by number and by name; nobody logs in.
printf 'goodgate:x:65532:65532:Good Gateway:/var/lib/goodgate:/sbin/nologin\n' > "$root/etc/passwd"
printf 'goodgate:x:65532:\n' > "$root/etc/group"
install -d -m 700 "$root/var/lib/goodgate"
install -d -m 1777 "$root/tmp" "$root/var/tmp"
if [ "$(id -u)" = 0 ]; then
    chown 65532:65532 "$root/var/lib/goodgate"
fi
# A binary that needs a loader would not start in an empty image.
if ldd "$root/usr/bin/goodgate" 2>&1 | grep -q '=>'; then
    echo "$root/usr/bin/goodgate is not static" >&2
    exit 1
fi
