#include "sandbox/owner_map.hpp"

#include <fcntl.h>
#include <grp.h>
#include <sched.h>
#include <signal.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace docent::sandbox {
namespace {

bool write_file(const std::string& path, const std::string& text) {
    const File file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
    return file && ::write(file.get(), text.data(), text.size()) == static_cast<ssize_t>(text.size());
}

}  // namespace

Result<File> make_owner_map(unsigned user) {
    // A namespace needs a process to be born with; it waits until its maps are written and is ended then.
    const pid_t parent = getpid();
    const auto born = syscall(SYS_clone, CLONE_NEWUSER | SIGCHLD, nullptr, nullptr, nullptr, nullptr);
    if (born < 0)
        return Error(ErrorCode::unavailable, "user namespaces are not allowed here", std::strerror(errno));
    if (born == 0) {
        prctl(PR_SET_PDEATHSIG, SIGKILL);
        if (getppid() != parent) _exit(1);
        for (;;) pause();
    }
    const auto child = static_cast<pid_t>(born);
    const std::string proc = "/proc/" + std::to_string(child);
    const std::string map = "0 " + std::to_string(user) + " 1\n";
    const bool mapped = write_file(proc + "/uid_map", map) && write_file(proc + "/gid_map", map);
    const int failure = errno;
    File file(mapped ? ::open((proc + "/ns/user").c_str(), O_RDONLY | O_CLOEXEC) : -1);
    kill(child, SIGKILL);
    waitpid(child, nullptr, 0);
    if (!file)
        return Error(ErrorCode::unavailable, "root's files cannot be mapped to another user",
                     std::strerror(failure));
    return file;
}

int descend(const void* context) {
    const auto& plan = *static_cast<const Descent*>(context);
    int mounts[Descent::most];
    mount_attr owner{};
    owner.attr_set = MOUNT_ATTR_IDMAP | MOUNT_ATTR_NOSUID | MOUNT_ATTR_NODEV;
    owner.userns_fd = static_cast<decltype(owner.userns_fd)>(plan.owner_map);
    for (std::size_t i = 0; i < plan.count; ++i) {
        mounts[i] = open_tree(plan.folders[i], "", AT_EMPTY_PATH | OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);
        if (mounts[i] < 0) return errno;
        if (mount_setattr(mounts[i], "", AT_EMPTY_PATH, &owner, sizeof owner) != 0) return errno;
    }
    if (unshare(CLONE_NEWNS) != 0) return errno;
    if (mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0) return errno;
    if (mount("docent", "/tmp", "tmpfs", MS_NOSUID | MS_NODEV, "mode=0755,size=1m") != 0) return errno;
    for (std::size_t i = 0; i < plan.count; ++i) {
        char path[] = "/tmp/00";
        path[5] = static_cast<char>('0' + i / 10);
        path[6] = static_cast<char>('0' + i % 10);
        if (mkdir(path, 0755) != 0) return errno;
        if (move_mount(mounts[i], "", AT_FDCWD, path, MOVE_MOUNT_F_EMPTY_PATH) != 0) return errno;
    }
    // By system call: the library's functions would ask the threads, of which the child has none.
    if (syscall(SYS_setgroups, 0, nullptr) != 0 ||
        syscall(SYS_setresgid, plan.user, plan.user, plan.user) != 0 ||
        syscall(SYS_setresuid, plan.user, plan.user, plan.user) != 0)
        return errno;
    return 0;
}

}  // namespace docent::sandbox
