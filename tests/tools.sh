#!/bin/sh
# From Debian, for tests: two readers of RDF that are not ours, a SPARQL server, and the languages that snippets are in.
set -eu
needed() { command -v rapper && command -v serdi && command -v virtuoso-t && command -v Rscript && command -v curl; }
if needed >/dev/null; then exit 0; fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends \
    raptor2-utils serdi virtuoso-opensource r-base-core curl >/dev/null
  command -v node >/dev/null || DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nodejs >/dev/null
else
  echo "rapper, serdi, virtuoso-t, Rscript, curl are not all installed: the tests that need them are skipped" >&2
fi
