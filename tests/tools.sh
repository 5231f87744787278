#!/bin/sh
# From Debian, for tests: two readers of RDF that are not ours, a SPARQL server, the languages that snippets are in, and a
# browser; from npm what drives the browser and looks for faults of access.
set -eu
here=$(dirname "$0")
needed() {
  command -v rapper && command -v serdi && command -v virtuoso-t && command -v Rscript && command -v curl &&
    command -v chromium && command -v npm
}
if ! needed >/dev/null; then
  if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
    apt-get update -qq
    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
      raptor2-utils serdi virtuoso-opensource r-base-core curl chromium >/dev/null
    command -v npm >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs npm >/dev/null
  else
    echo "rapper, serdi, virtuoso-t, Rscript, curl, chromium, npm are not all installed: the tests that need them are skipped" >&2
  fi
fi
if command -v npm >/dev/null; then
  npm ci --prefix "$here/pages/browser" --silent --no-audit --no-fund || echo "npm: the tests in a browser are skipped" >&2
fi
