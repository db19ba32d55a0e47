#!/usr/bin/env bash
# Tries the Debian package as a user would, in a fresh Debian 12: installed by apt, started without a network and with one, removed.
#
#   sudo packaging/check-deb.sh [PACKAGE]      without PACKAGE the one that packaging/deb.sh builds
#
# Needs root, debootstrap, the network and 4 GB of disk; lintian, Xvfb and xdotool are used where they are. The bare system and
# Debian's packages are kept in the cache folder. FOVEA_BASE=FILE: a tar of a bare Debian 12 to use instead. FOVEA_KEEP=1: the
# system is left where it is, and its place printed. Exit status 0: all is as it should be.
set -Eeuo pipefail
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
checks=0
ok() { checks=$((checks + 1)); printf 'ok: %s\n' "$*"; }
exec 3>&2  # what is wrong is told wherever a command's own output goes
wrong() { printf 'WRONG: %s\n' "$*" >&3; exit 1; }
trap 'printf "WRONG: line %s: %s\n" "$LINENO" "$BASH_COMMAND" >&3' ERR
[ "$(id -u)" = 0 ] || wrong "this needs root, to make a system to install into"
command -v debootstrap > /dev/null || wrong "this needs debootstrap: apt-get install debootstrap"

package=${1:-$("$project/packaging/deb.sh")}
[ -s "$package" ] || wrong "there is no package $package"
if command -v lintian > /dev/null; then
  lintian --allow-root --fail-on error,warning "$package" || wrong "lintian is not content"
  ok "lintian"
fi

# --- A fresh system
cache=${XDG_CACHE_HOME:-$HOME/.cache}/fovea/check-deb
base=${FOVEA_BASE:-$cache/debian-12.tar}
mkdir -p "$cache/archives/partial"
mirror=$(awk '$1 == "URIs:" { print $2; exit } $1 == "deb" { print $2; exit }' /etc/apt/sources.list.d/debian.sources /etc/apt/sources.list 2> /dev/null || true)
if [ ! -s "$base" ]; then
  seed=$(mktemp -d "$cache/seed.XXXX")
  debootstrap --variant=minbase --include=ca-certificates bookworm "$seed" "${mirror:-http://deb.debian.org/debian}" > "$cache/debootstrap.log" 2>&1 ||
    wrong "debootstrap failed: $cache/debootstrap.log"
  tar -C "$seed" -cf "$base.part" . && mv "$base.part" "$base"
  rm -rf "$seed"
fi
root=$(mktemp -d "$cache/system.XXXX")
screen=""
clean() {
  [ -z "$screen" ] || kill "$screen" 2> /dev/null || true
  umount -l "$root/tmp/.X11-unix" "$root/var/cache/apt/archives" "$root/proc" "$root/dev/pts" "$root/dev/shm" "$root/dev" 2> /dev/null || true
  if [ "${FOVEA_KEEP:-}" = 1 ]; then echo "kept: $root"; else rm -rf --one-file-system "$root"; fi
}
trap clean EXIT
tar -C "$root" -xf "$base"
chmod 755 "$root"
# This machine's way to the network, and nothing else of it.
rm -rf "$root/etc/apt/sources.list" "$root/etc/apt/sources.list.d"
for file in /etc/apt/sources.list /etc/apt/sources.list.d/debian.sources /etc/apt/apt.conf.d/99* /etc/resolv.conf /etc/hosts /etc/pip.conf \
  /etc/ssl/certs/ca-certificates.crt; do
  if [ -e "$file" ]; then mkdir -p "$root${file%/*}" && cp -L "$file" "$root$file"; fi
done
mount -t proc proc "$root/proc"
mount --rbind /dev "$root/dev"
mount --make-rslave "$root/dev"
mount --bind "$cache/archives" "$root/var/cache/apt/archives"
cp "$package" "$root/root/fovea.deb"
chroot "$root" useradd -m user
mapfile -t ways < <(env | grep -E '^(PIP_(INDEX_URL|EXTRA_INDEX_URL|CERT|DEFAULT_TIMEOUT)|https?_proxy|HTTPS?_PROXY|no_proxy|NO_PROXY|SSL_CERT_FILE)=' || true)

as_root() {
  chroot "$root" /usr/bin/env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 DEBIAN_FRONTEND=noninteractive "${ways[@]}" "$@" < /dev/null
}
# as_user [--offline] COMMAND...: a plain user; with --offline without any network, localhost too.
as_user() {
  local apart=()
  if [ "$1" = --offline ]; then
    apart=(unshare --net)
    shift
  fi
  "${apart[@]}" chroot --userspec=user "$root" /usr/bin/env -i HOME=/home/user USER=user PATH=/usr/bin:/bin LC_ALL=C.UTF-8 "${ways[@]}" "$@" < /dev/null
}
# Every path of the system but what apt, logs and users write.
paths() {
  (cd "$root" && find . -xdev \( -path ./home -o -path ./proc -o -path ./dev -o -path ./tmp -o -path ./root -o -path ./var/cache -o -path ./var/log \
    -o -path ./var/lib/dpkg -o -path ./var/lib/apt \) -prune -o -print | sort)
}
sample=/usr/share/fovea/samples/label.png
ask() { as_user "$@" ask "$sample" "Read the text."; }

# --- Installing
as_root apt-get -qq update
as_root apt-get -qq -y --no-install-recommends install /root/fovea.deb > "$cache/install.log" 2>&1 || wrong "apt could not install it: $cache/install.log"
as_root dpkg --verify fovea
ok "apt installs it with what it depends on"
if find "$root/usr" -name 'libtorch*.so*' | grep -q .; then wrong "libtorch is in the system"; fi
ok "no libtorch comes with it"
as_root dpkg --purge fovea > /dev/null
paths > "$cache/before"
as_root dpkg -i /root/fovea.deb > /dev/null

# --- Without libtorch
said=$(ask fovea 2>&1) && wrong "it ran without libtorch" || status=$?
[ "$status" = 69 ] && [[ $said == *"fovea --yes"* ]] || wrong "not asked, it ended with $status and said: $said"
[ ! -e "$root/home/user/.cache" ] || wrong "not asked, it wrote into .cache"
ok "where nobody can be asked it says how to start it, writes nothing and ends with 69"
said=$(ask --offline fovea --yes 2>&1) && wrong "it fetched without a network" || status=$?
[ "$status" = 69 ] && [[ $said == *"What to do"*"network"* ]] || wrong "without a network it ended with $status and said: $said"
[ -z "$(find "$root/home/user/.cache/fovea" -mindepth 1 ! -name lock)" ] || wrong "without a network it left: $(find "$root/home/user/.cache")"
ok "without a network it says so and what to do, ends with 69 and leaves nothing half written"

# --- With it
seconds=$SECONDS
said=$(ask fovea --yes 2> "$cache/fetch.log") || wrong "it could not fetch libtorch: $cache/fetch.log"
[[ $said == *"Platform 7 North"* ]] || wrong "it answered: $said"
grep -q '%' "$cache/fetch.log" || wrong "no progress was told: $cache/fetch.log"
ok "fetched and answered in $((SECONDS - seconds)) s; $(du -sm "$root/home/user/.cache/fovea" | cut -f1) MB in the cache folder"
[ -z "$(find "$root/home/user/.cache/fovea" -name '*.whl' -o -name '*.part' -o -name tmp -path '*/libtorch/tmp')" ] || wrong "what is temporary is still there"
[[ $(ask --offline fovea 2> /dev/null) == *"Platform 7 North"* ]] || wrong "a second start needs the network"
ok "a second start takes no network"
library=$(find "$root/home/user/.cache/fovea/libtorch" -name libtorch_cpu.so)
tail -c 1 "$library" > "$cache/last-byte"
truncate -s -1 "$library"
said=$(ask --offline fovea --yes 2>&1) && wrong "it ran on a damaged library" || status=$?
[ "$status" = 69 ] && [[ $said == *damaged* ]] || wrong "with a damaged library it ended with $status and said: $said"
ok "a damaged library is noticed"
cat "$cache/last-byte" >> "$library"

if command -v Xvfb > /dev/null && command -v xdotool > /dev/null; then
  # -ac: the user in there is another than the one that runs the server.
  exec {number}< <(exec Xvfb -displayfd 1 -ac -screen 0 1280x800x24 2> /dev/null)
  screen=$!
  read -r -u "$number" display
  mkdir -p "$root/tmp/.X11-unix"
  mount --bind /tmp/.X11-unix "$root/tmp/.X11-unix"
  as_user --offline env DISPLAY=":$display" fovea > "$cache/window.log" 2>&1 &
  window=""
  for _ in $(seq 300); do
    window=$(DISPLAY=:$display xdotool search --onlyvisible --name '^Fovea$' 2> /dev/null | head -n 1) || true
    [ -z "$window" ] || break
    sleep 0.2
  done
  [ -n "$window" ] || wrong "no window: $cache/window.log"
  DISPLAY=:$display xdotool windowfocus "$window" sleep 0.5 key ctrl+q
  wait $! || wrong "the window ended with $?: $cache/window.log"
  ok "the window opens and ends"
fi

# --- Removing
: > "$cache/remove.log"
for how in remove purge; do
  as_root apt-get -y "$how" fovea >> "$cache/remove.log" 2>&1 || wrong "apt could not $how it: $cache/remove.log"
  paths > "$cache/after"
  diff "$cache/before" "$cache/after" >&3 || wrong "$how left this, or took this away"
  if as_root dpkg-query -W fovea > /dev/null 2>&1; then wrong "dpkg still knows it after $how"; fi
  [ "$how" = purge ] || as_root dpkg -i /root/fovea.deb > /dev/null
done
ok "removed and purged: nothing of it is left outside the user's folders"
echo "$checks checks passed"
