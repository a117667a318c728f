#!/bin/sh
# Builds the program where npm finds only its sources: in a clone, or in a folder or git repository that npm installs from.
set -e

# npm would link the global package to its temporary clone, and delete that (https://github.com/npm/cli/issues/8440).
case "$npm_config_global:$PWD" in
  true:*/git-clone*)
    echo 'npm cannot install from git with --global: npm install --global "./$(npm pack --silent GIT-URL)"' >&2
    exit 1
    ;;
esac

# npm installs the development dependencies of a git repository, but not those of a folder.
[ -x node_modules/.bin/tsc ] || npm ci --global=false --ignore-scripts --include=dev
npm run build
