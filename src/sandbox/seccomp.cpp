#include "sandbox/seccomp.hpp"

#include <sched.h>
#include <seccomp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>

#include "base/child.hpp"

namespace docent::sandbox {
namespace {

constexpr const char* refused[] = {
    // other processes
    "ptrace", "process_vm_readv", "process_vm_writev", "process_madvise", "kcmp", "pidfd_getfd",
    // keys
    "keyctl", "add_key", "request_key",
    // mounts and namespaces
    "mount", "umount", "umount2", "pivot_root", "chroot", "move_mount", "open_tree", "fsopen", "fsconfig",
    "fsmount", "fspick", "mount_setattr", "unshare", "setns",
    // files by handle, quotas, watching whole mounts
    "name_to_handle_at", "open_by_handle_at", "quotactl", "quotactl_fd", "fanotify_init",
    // the kernel and the machine
    "bpf", "perf_event_open", "userfaultfd", "kexec_load", "kexec_file_load", "init_module", "finit_module",
    "delete_module", "reboot", "swapon", "swapoff", "acct", "syslog", "settimeofday", "clock_settime",
    "clock_adjtime", "adjtimex", "sethostname", "setdomainname", "iopl", "ioperm", "modify_ldt",
    "lookup_dcookie", "nfsservctl", "uselib", "ustat", "sysfs", "_sysctl", "vhangup", "vm86", "vm86old",
    "mbind", "move_pages", "migrate_pages", "set_mempolicy"};

constexpr const char* unknown[] = {"io_uring_setup", "io_uring_enter", "io_uring_register", "clone3"};

constexpr int families[] = {AF_UNIX, AF_INET, AF_INET6, AF_NETLINK};

struct Release {
    void operator()(void* context) const { seccomp_release(context); }
};

int add_rules(scmp_filter_ctx filter) {
    int failed = 0;
    const auto all = [&](const auto& names, std::uint32_t action) {
        for (const char* name : names) {
            const int number = seccomp_syscall_resolve_name(name);
            if (number != __NR_SCMP_ERROR && number >= 0)
                failed |= seccomp_rule_add(filter, action, number, 0);
        }
    };
    all(refused, SCMP_ACT_ERRNO(EPERM));
    all(unknown, SCMP_ACT_ERRNO(ENOSYS));
    for (const std::uint64_t flag : {CLONE_NEWNS, CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET, CLONE_NEWIPC,
                                     CLONE_NEWUTS, CLONE_NEWCGROUP}) {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(clone), 1,
                                   SCMP_A0(SCMP_CMP_MASKED_EQ, flag, flag));
    }
    // Typing into the terminal that is not ours, should one be inherited.
    for (const std::uint64_t command : {TIOCSTI, TIOCLINUX}) {
        failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EPERM), SCMP_SYS(ioctl), 1,
                                   SCMP_A1(SCMP_CMP_MASKED_EQ, 0xFFFFFFFFu, command));
    }
    // A family of its own kind may pass by the network namespace: AF_VSOCK reaches the machine's host.
    for (int family = 0; family < AF_MAX + 8; ++family) {
        bool known = false;
        for (const int one : families) known = known || one == family;
        if (!known)
            failed |= seccomp_rule_add(
                filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                SCMP_A0(SCMP_CMP_MASKED_EQ, 0xFFFFFFFFu, static_cast<std::uint64_t>(family)));
    }
    failed |= seccomp_rule_add(filter, SCMP_ACT_ERRNO(EAFNOSUPPORT), SCMP_SYS(socket), 1,
                               SCMP_A0(SCMP_CMP_GE, static_cast<std::uint64_t>(AF_MAX + 8)));
    return failed;
}

}  // namespace

Result<std::string> seccomp_filter() {
    const std::unique_ptr<void, Release> filter(seccomp_init(SCMP_ACT_ALLOW));
    File file = memory_file("");
    if (!filter || !file || add_rules(filter.get()) != 0 || seccomp_export_bpf(filter.get(), file.get()) != 0)
        return Error(ErrorCode::unavailable, "the system-call filter cannot be made", std::strerror(errno));
    std::string program(static_cast<std::size_t>(lseek(file.get(), 0, SEEK_END)), '\0');
    if (pread(file.get(), program.data(), program.size(), 0) != static_cast<ssize_t>(program.size()))
        return Error(ErrorCode::unavailable, "the system-call filter cannot be read", std::strerror(errno));
    return program;
}

}  // namespace docent::sandbox
