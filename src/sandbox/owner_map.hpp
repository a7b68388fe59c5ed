#pragma once
#include "base/child.hpp"

namespace docent::sandbox {

/// For a server that runs as root: a user namespace in which root's files are those of `user`.
/// unavailable when the kernel refuses.
Result<File> make_owner_map(unsigned user);

/// What the child of a server that runs as root does before it becomes bubblewrap.
struct Descent {
    static constexpr std::size_t most = 32;
    unsigned user = 0;
    int owner_map = -1;
    std::size_t count = 0;
    int folders[most] = {};  // O_PATH
};

/// Mounts the folders as /tmp/0, /tmp/1, ... in a mount namespace of its own, with their owner mapped, and
/// becomes `user`. A Descent is the context. Async-signal-safe; gives an errno.
int descend(const void* context);

}  // namespace docent::sandbox
