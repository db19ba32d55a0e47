#!/usr/bin/env bash
# Checks all that packaging/ has for servers: container file, Compose, systemd, Kubernetes, Prometheus, Grafana and proxies, by the
# tools that read them and by real servers with the model in the box. Needs build/release as packaging/test.sh or run.sh leaves it.
#
#   check-deployment.sh               some minutes; fetches its tools once (Debian's packages unpacked, PyPI's in an environment)
#   check-deployment.sh --container   also the container's own steps, in roots made by debootstrap; as root, half an hour, 6 GB
#
# The tools go into the cache folder and are not installed: Debian's would start services.
project=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd -P)
for piece in messages places packages build; do
  # shellcheck source=/dev/null
  . "$project/packaging/setup/$piece.sh"
done
watch_for_failures
find_places
case ${1:-} in "" | --container) ;; *) fail "There is no argument $1." "check-deployment.sh [--container]" ;; esac
readonly pieces=$project/packaging/deployment-checks
readonly debian_tools=(prometheus haproxy liblua5.3-0 libopentracing-c-wrapper0 libopentracing1 nginx strace libunwind8)
fovea=$build/bin/fovea
tools=$cache/deployment
[ -x "$fovea" ] || fail "There is no $fovea." "Run packaging/test.sh or packaging/run.sh before."

# PyPI's tools, an environment for each version of their list. Sets environment.
ensure_python_tools() {
  environment=$tools/python-$(sha256sum < "$pieces/requirements.txt" | cut -c1-12)
  [ ! -e "$environment/complete" ] || return 0
  step "The checks' Python packages"
  /usr/bin/python3 -m venv "$environment"
  "$environment/bin/pip" install -q --no-input --disable-pip-version-check -r "$pieces/requirements.txt"
  touch "$environment/complete"
}

# Debian's tools, unpacked. Sets unpacked.
ensure_debian_tools() {
  unpacked=$tools/debian-$(printf '%s\n' "${debian_tools[@]}" | sha256sum | cut -c1-12)
  [ ! -e "$unpacked/complete" ] || return 0
  step "The checks' Debian packages"
  mkdir -p "$unpacked/archives"
  if ! apt-cache show "${debian_tools[@]}" > /dev/null 2>&1; then as_root apt-get update -q > /dev/null; fi
  (cd "$unpacked/archives" && apt-get download -q -o APT::Sandbox::User=root "${debian_tools[@]}" > /dev/null)
  local archive
  for archive in "$unpacked"/archives/*.deb; do dpkg -x "$archive" "$unpacked"; done
  touch "$unpacked/complete"
}

# check NAME COMMAND...: runs it, shows what it says, and remembers whether it failed.
failed=()
check() {
  step "$1"
  shift
  if ! "$@" 2>&1 | sed 's/^/         /' >&2; then failed+=("$current_step"); fi
}

# on_python SCRIPT ARGS...: one of the checks' own, with PyYAML and without files left beside it.
on_python() {
  local script=$1
  shift
  "$environment/bin/python" -B "$pieces/$script" "$@"
}

# The unit, with the program where the unit expects it, which only this command sees.
verify_unit() {
  unshare --map-root-user --mount sh -c '
    set -e
    mkdir -p "$1/root/etc"; cp "$2/fovea.service" "$1/"
    mount -t tmpfs tmpfs /opt && mkdir -p /opt/fovea/bin && printf "#!/bin/sh\n" > /opt/fovea/bin/fovea && chmod +x /opt/fovea/bin/fovea
    systemd-analyze verify --man=no "$1/fovea.service"
    systemd-sysusers --root="$1/root" "$2/fovea.sysusers.conf" 2> /dev/null
    grep -q "^fovea:.*:/var/lib/fovea:" "$1/root/etc/passwd"' verify "$scratch" "$project/packaging/systemd" &&
    systemd-analyze security --offline=true --threshold=15 "$scratch/fovea.service" | tail -n 1
}

# What the unit's filters forbid must be nothing that a server needs.
trace_system_calls() {
  LD_LIBRARY_PATH=$unpacked/usr/lib/x86_64-linux-gnu on_python system_calls.py "$fovea" "$project/packaging/systemd/fovea.service"
}

validate_kubernetes() {
  local file files=()
  while IFS= read -r -d '' file; do
    case ${file##*/} in kustomization.yaml | prometheus-adapter.yaml | prometheus-scrape.yaml) ;; *) files+=("$file") ;; esac
  done < <(find "$project/packaging/kubernetes" -name '*.yaml' -print0)
  local version
  for version in 1.29 1.37; do "$environment/bin/kubernetes-validate" --strict --quiet -k "$version" "${files[@]}" || return; done
  echo "${#files[@]} files are valid for Kubernetes 1.29 and 1.37"
}

accept_settings() {
  local file
  for file in "$project"/packaging/{container,systemd}/serve.yaml; do
    "$fovea" serve --config "$file" --print-config > /dev/null || return
  done
}

metric_names() {
  local nvml=$build/tests/core/watch/libfovea_fake_nvml.so stand_in=()
  if [ -e "$nvml" ]; then stand_in=(--nvml "$nvml"); else echo "the stand-in for NVML is not built: GPUs have no samples"; fi
  on_python metric_names.py "$fovea" "${stand_in[@]}" --save "$scratch/scrape" "$project"/packaging/monitoring/fovea.rules{,.test}.yml \
    "$project/packaging/monitoring/grafana/fovea.json" "$project"/packaging/kubernetes/{autoscaler,prometheus-adapter}.yaml &&
    promtool check metrics < "$scratch/scrape" && echo "promtool has nothing to say about the scrape"
}

monitoring_files() {
  cd "$project/packaging/monitoring" && promtool check config prometheus.yml && promtool test rules fovea.rules.test.yml &&
    promtool check config --syntax-only ../compose/prometheus.yml || return
  # Debian's Prometheus is built without the discovery of pods: the rest of that file without it.
  sed '/kubernetes_sd_configs:/,/namespaces:/d' ../kubernetes/prometheus-scrape.yaml > "$scratch/scrape.yaml"
  promtool check config --syntax-only "$scratch/scrape.yaml"
}

check_proxies() {
  local libraries=$unpacked/usr/lib/x86_64-linux-gnu
  FOVEA_PROXY_SOCKET=$scratch/admin.sock LD_LIBRARY_PATH=$libraries haproxy -c -f "$project/packaging/proxy/haproxy.cfg" &&
    LD_LIBRARY_PATH=$libraries on_python proxy_test.py "$fovea" haproxy "$project/packaging/proxy/haproxy.cfg" &&
    LD_LIBRARY_PATH=$libraries on_python proxy_test.py "$fovea" nginx "$project/packaging/proxy/nginx.conf"
}

container_steps() {
  on_python container_root.py "$project/packaging/container/Containerfile" --context "$project" \
    --ignore "$project/packaging/container/.containerignore" --work "$tools/container" --build-arg "FOVEA_JOBS=$(parallel_jobs)"
}

mkdir -p "$tools"
ensure_python_tools
ensure_debian_tools
PATH=$unpacked/usr/bin:$unpacked/usr/sbin:$PATH
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
trap - ERR

cd "$project" || exit "$exit_setup_failed"
mapfile -t yaml < <(git ls-files 'packaging/*.yaml' 'packaging/*.yml')
check "YAML" "$environment/bin/yamllint" --strict -c "$pieces/yamllint.yml" "${yaml[@]}"
check "Shell" "$environment/bin/shellcheck" -e SC2154,SC2016 packaging/check-deployment.sh packaging/container/build.sh
check "Container file" "$environment/bin/hadolint" packaging/container/Containerfile
check "Compose" "$environment/bin/check-jsonschema" --builtin-schema vendor.compose-spec packaging/compose/compose.yaml
check "systemd unit" verify_unit
check "System calls of a server against the unit" trace_system_calls
check "Settings" accept_settings
check "Kubernetes schemas" validate_kubernetes
check "Kubernetes manifests" on_python manifests.py "$fovea" packaging/kubernetes
check "Prometheus files" monitoring_files
check "Metric names" metric_names
check "Dashboard and rules in a real Prometheus" on_python dashboard.py "$fovea" "$unpacked/usr/bin/prometheus" packaging/monitoring
check "Two servers behind a proxy" check_proxies
if [ "${1:-}" = --container ]; then check "The container's steps" container_steps; fi

if [ ${#failed[@]} -gt 0 ]; then
  say "Failed: $(printf '%s; ' "${failed[@]}")"
  exit 1
fi
say "Deployment: everything that was checked is as it should be."
