#include "api/file_body.hpp"

namespace docent::api {
namespace {

class FileBody final : public net::BodySource {
public:
    explicit FileBody(std::ifstream file) : file_(std::move(file)) {}
    void start(std::function<void()>) override {}
    Next read(std::string& out, std::size_t limit) override {
        const auto before = out.size();
        out.resize(before + limit);
        file_.read(out.data() + before, static_cast<std::streamsize>(limit));
        out.resize(before + static_cast<std::size_t>(file_.gcount()));
        return file_ ? Next::more : Next::end;
    }

private:
    std::ifstream file_;
};

}  // namespace

std::unique_ptr<net::BodySource> file_body(std::ifstream file) {
    return std::make_unique<FileBody>(std::move(file));
}

}  // namespace docent::api
