# Sourced in a folder with a package-lock.json: installs its packages where they are missing or older than the
# lock file, and puts their programs first in PATH. They bring a Node of their own (the packages node or
# node-linux-ARCH): the machine's may be too old. Some releases of npm do not link that one into .bin.
exec 9>.install.lock
flock 9  # several builds may share the packages
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
  npm ci --no-progress --loglevel=error >&2
  touch node_modules/.package-lock.json
fi
flock -u 9
export PATH="$PWD/node_modules/.bin:$PATH"
for node in "$PWD"/node_modules/node-linux-*/bin; do
  if [ -x "$node/node" ]; then PATH="$node:$PATH"; fi
done
