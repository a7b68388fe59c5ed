#pragma once
#include <string>

#include "base/result.hpp"

namespace docent::sandbox {

/// The filter that commands run under, as a BPF program: what reaches for other processes, mounts, keys, the
/// kernel or new namespaces fails with EPERM, what is not known of (io_uring, clone3) with ENOSYS, so that
/// programs fall back. 32-bit system calls end the process. unavailable when it cannot be made.
Result<std::string> seccomp_filter();

}  // namespace docent::sandbox
