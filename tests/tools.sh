#!/bin/sh
# Two readers of RDF that are not ours, from Debian, for the tests that read our exports back.
set -eu
if command -v rapper >/dev/null && command -v serdi >/dev/null; then exit 0; fi
if command -v apt-get >/dev/null && [ "$(id -u)" = 0 ]; then
  apt-get update -qq
  DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends raptor2-utils serdi >/dev/null
else
  echo "rapper (raptor2-utils) and serdi are not installed: the tests that need them are skipped" >&2
fi
