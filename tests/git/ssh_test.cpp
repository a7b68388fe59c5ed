// Clone and push over SSH with a key of our own: a real sshd on 127.0.0.1.
#include <arpa/inet.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <chrono>
#include <thread>

#include "git/commit.hpp"
#include "git/push.hpp"
#include "session_fixture.hpp"

namespace docent::git {
namespace {

int free_port() {
    const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    ::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
    ::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
    ::close(fd);
    return ntohs(address.sin_port);
}

class SshTest : public SessionTest {
protected:
    SshTest() : port_(free_port()) {
        begin({{"README.md", "# Cages\n"}});
        std::filesystem::remove_all(mirror);
        if (::geteuid() == 0) std::filesystem::create_directories("/run/sshd");  // it insists, as root
        shell(
            "ssh-keygen -q -t ed25519 -N '' -f host_key && ssh-keygen -q -t ed25519 -N '' -f key && "
            "ssh-keygen -q -t ed25519 -N '' -f stranger && cp key.pub authorized_keys");
        start("host_key");
        remote.url =
            "ssh://" + shell("id -un") + "@127.0.0.1:" + std::to_string(port_) + remote_path.string();
        remote.ssh_key = folder.path() / "key";
        remote.known_hosts = folder.path() / "data of ours/known_hosts";
        std::filesystem::create_directories(remote.known_hosts.parent_path());
    }
    ~SshTest() override { stop(); }

    std::string shell(const std::string& script) const {
        Command command;
        command.argv = {"sh", "-c", "cd '" + folder.path().string() + "' && " + script};
        const auto done = blocking_run(command);
        if (!done || done->exit_code != 0) throw std::runtime_error(done ? done->err : done.error().message);
        return done->out.substr(0, done->out.find('\n'));
    }
    void start(const std::string& host_key) {
        const auto here = folder.path().string();
        folder.write("sshd_config",
                     "Port " + std::to_string(port_) + "\nListenAddress 127.0.0.1\nHostKey " + here + "/" +
                         host_key + "\nAuthorizedKeysFile " + here +
                         "/authorized_keys\nPasswordAuthentication no\nKbdInteractiveAuthentication no\n"
                         "UsePAM no\nStrictModes no\nPidFile none\n");
        server_ = ::fork();
        if (server_ == 0) {
            const auto config = here + "/sshd_config", log = here + "/sshd_log";
            ::execl("/usr/sbin/sshd", "/usr/sbin/sshd", "-D", "-f", config.c_str(), "-E", log.c_str(),
                    nullptr);
            ::_exit(127);
        }
        for (int i = 0; i < 500 && !listens(); ++i)
            std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    void stop() {
        if (server_ > 0) ::kill(server_, SIGTERM);
        if (server_ > 0) ::waitpid(server_, nullptr, 0);
        server_ = 0;
    }
    bool listens() const {
        const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
        sockaddr_in address{};
        address.sin_family = AF_INET;
        address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
        address.sin_port = htons(static_cast<std::uint16_t>(port_));
        const bool up = ::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0;
        ::close(fd);
        return up;
    }

    const int port_;
    pid_t server_ = 0;
};

TEST_F(SshTest, ARepositoryIsFetchedAndPushedWithOurKey) {
    refresh();
    open();
    EXPECT_NE(folder.read("data of ours/known_hosts").find("127.0.0.1"), std::string::npos);
    write("page.md", "A\n");
    CommitRequest commit;
    commit.message = "Add a page";
    commit.author = commit.committer = docent;
    ASSERT_TRUE(blocking_commit(workspace, commit));
    PushRequest push;
    push.branch = "work";
    const auto pushed = blocking_push(workspace, remote, push);
    ASSERT_TRUE(pushed);
    EXPECT_EQ(pushed->result, PushResult::pushed) << pushed->reason << pushed->detail;
    EXPECT_EQ(remote_sha("work"), *pushed->new_sha);
}

TEST_F(SshTest, AnotherHostKeyLaterIsRefused) {
    refresh();
    stop();
    shell("ssh-keygen -q -t ed25519 -N '' -f another_host_key");
    start("another_host_key");
    const auto refused = blocking_refresh_mirror(remote, mirror);
    ASSERT_FALSE(refused);
    EXPECT_NE(refused.error().message.find("another host key"), std::string::npos) << refused.error().detail;
}

TEST_F(SshTest, AKeyThatIsNotLetInIsNoReasonToTryOthers) {
    remote.ssh_key = folder.path() / "stranger";
    const auto refused = blocking_refresh_mirror(remote, mirror);
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code, ErrorCode::upstream_failed);
    EXPECT_NE(refused.error().detail.find("Permission denied"), std::string::npos) << refused.error().detail;
}

}  // namespace
}  // namespace docent::git
