// Invariant: any command line is refused in one short line, or it runs over the documentation to an end
// within its bounds, with an answer of valid UTF-8 that begins "exit: N" and holds nothing of a page that
// not everybody may see.
#include <unistd.h>

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <string_view>

#include "api/mcp/shell/run.hpp"
#include "base/text.hpp"
#include "docs/site.hpp"

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

std::shared_ptr<const docent::search::Index> small_index() {
    docent::docs::Site site;
    site.name = "Acme";
    for (const auto* path :
         {"index", "guides/install", "guides/a b", "api/v2/crates", "[x]/{y}", "private"}) {
        docent::docs::Page page;
        page.path = page.title = path;
        page.markdown = "Acme moves crates.\n\n## Install\n\n```sh\nacme --now\n```\nÜber *alles* [x](y)\n";
        if (page.path == "private") {
            page.markdown = "topsecret";
            page.groups = {"staff"};
        }
        docent::docs::Chunk chunk;
        chunk.page = static_cast<std::uint32_t>(site.pages.size());
        chunk.text = chunk.markdown = page.markdown;
        site.pages.push_back(page);
        site.chunks.push_back(chunk);
    }
    const auto file =
        std::filesystem::temp_directory_path() / ("docent-shell-fuzz-" + std::to_string(getpid()) + ".idx");
    check(docent::search::write_index(site, file).ok());
    auto index = docent::search::Index::open(file);
    std::filesystem::remove(file);
    check(index.ok());
    return *index;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    static const auto index = small_index();
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    const auto ran = docent::api::shell::run_script(*index, bytes, std::chrono::seconds(20));
    if (!ran) {
        const auto& message = ran.error().message;
        check(!message.empty() && message.size() <= 300 && docent::is_utf8(message));
        check(message.find_first_of("\r\n\0") == message.npos);
        return 0;
    }
    check(ran->exit >= 0 && ran->exit <= 127 && ran->exit != 124);
    check(ran->out.find("topsecret") == std::string::npos);
    const auto text = docent::api::shell::outcome_text(*ran);
    check(text.starts_with("exit: ") && text.size() <= docent::api::shell::max_outcome_text);
    check(docent::is_utf8(text));
    return 0;
}
