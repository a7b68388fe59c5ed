# Sourced in a folder with a package-lock.json: installs its packages where they are missing or older than the
# lock file, and puts their programs first in PATH. Where the machine's Node is too old for them, one from
# tools/node comes before it; it also runs npm, which leaves out optional packages that its Node is too old for.
install_packages() (
  cd "$1"
  exec 9>.install.lock
  flock 9  # several builds may share the packages
  if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    node "$(readlink -f "$(command -v npm)")" ci --no-progress --loglevel=error >&2
    touch node_modules/.package-lock.json
  fi
)
if ! node -e 'const [major, minor] = process.versions.node.split("."); process.exit(major > 22 || (major == 22 && minor > 11) ? 0 : 1)'; then
  tools_node=$(cd "$(dirname "${BASH_SOURCE[0]}")/node" && pwd)
  install_packages "$tools_node"
  for folder in "$tools_node"/node_modules/node-linux-*/bin; do PATH="$folder:$PATH"; done
fi
install_packages "$PWD"
export PATH="$PWD/node_modules/.bin:$PATH"
