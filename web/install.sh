# Sourced by build.sh and lint.sh: installs the page's packages where they are missing or older than the lock
# file, and puts their programs first in PATH. They bring a Node of their own: the machine's may be too old.
exec 9>.install.lock
flock 9  # several builds may share the packages
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-progress --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
flock -u 9
export PATH="$PWD/node_modules/.bin:$PATH"
