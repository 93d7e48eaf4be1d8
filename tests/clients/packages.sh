#!/bin/sh
# The programs that tests/clients and tests/bench drive come from Debian: installed when this account may, else named.
set -eu
missing=""
command -v ogrinfo >/dev/null || missing="$missing gdal-bin"
/usr/bin/python3 -c "import qgis.core" 2>/dev/null || missing="$missing qgis python3-qgis"
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
ls /usr/share/postgresql/*/extension/postgis.control >/dev/null 2>&1 || missing="$missing postgresql-postgis"
ls /usr/lib/*/mod_spatialite.so >/dev/null 2>&1 || missing="$missing libsqlite3-mod-spatialite"
test -n "$missing" || exit 0
if command -v apt-get >/dev/null && test "$(id -u)" = 0; then
  as_root=""
elif command -v apt-get >/dev/null && sudo -n true 2>/dev/null; then
  as_root="sudo"
else
  echo "These programs are needed:$missing. Install them, e.g. sudo apt-get install$missing"
  exit 1
fi
$as_root apt-get update -qq
# shellcheck disable=SC2086  # the list is meant to be split
$as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
