#!/bin/sh
# The start of every command: `sh scripts/entry.sh <command> [arguments]`. It needs nothing but a POSIX shell and the
# system's Node 20 or newer with npm: it installs the workspace's packages, Node 24 among them, then runs
# scripts/<command>.ts with that Node. What else a command needs (native servers, keys) the command sets up itself.
set -eu
cd "$(dirname "$0")/.."

command=${1:-}
if [ "$command" = bench ] && [ -n "${2:-}" ]; then
  script=scripts/bench/$2.ts
  shift 2
else
  script=scripts/$command.ts
  [ $# -eq 0 ] || shift
fi
if [ -z "$command" ] || [ ! -f "$script" ]; then
  echo "usage: sh scripts/entry.sh setup|demo|start|stop|status|test|check|generate|migrate|admin-create|ledger-verify|reconcile|bench <name>" >&2
  exit 2
fi

for tool in node npm; do
  if ! command -v "$tool" >/dev/null 2>&1; then
    echo "D'Offers needs Node.js 20 or newer with npm; '$tool' was not found. Install it, or use Docker: docker compose up" >&2
    exit 1
  fi
done

# Compared by content, so that neither a half-finished install nor a changed lock file goes unnoticed.
if ! node scripts/setup/packages-installed.mjs; then
  echo '» npm packages: installing (half a minute)' >&2
  # Not `npm ci`: it refuses a lock file that lacks packages for other platforms, which some registries do not carry.
  npm install --no-save --no-audit --no-fund --loglevel=error >&2
fi

node24=node_modules/.bin/node
case "$("$node24" --version 2>/dev/null)" in
  v24.*) ;;
  *)
    echo "node_modules holds no Node 24: its package brings the runtime by an install script. Run 'npm install' without --ignore-scripts." >&2
    exit 1
    ;;
esac
PATH=$PWD/node_modules/.bin:$PATH
export PATH
exec "$node24" "$script" "$@"
