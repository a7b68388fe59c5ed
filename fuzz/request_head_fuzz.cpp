// A head is found at the same place wherever the bytes are cut. An accepted one has no bare line end and
// no control character, frames its body in one way, and its target decodes to a path that is absolute,
// has no dot segments and no control characters; a route finds only what its pattern says.
#include <cstdint>
#include <cstdlib>

#include "base/text.hpp"
#include "net/request_head.hpp"
#include "net/target.hpp"

using namespace docent;
using namespace docent::net;

namespace {

void check(bool holds) {
    if (!holds) std::abort();
}

const Router& router() {
    static const Router made = [] {
        Router r;
        const auto nothing = [](Request&) -> Task<Result<Response>> { co_return Response(); };
        r.add("GET", "/a/{one}/{rest...}", nothing);
        r.add("GET", "/a/b", nothing);
        r.add("POST", "/{domain}", nothing);
        return r;
    }();
    return made;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    const std::string_view bytes(reinterpret_cast<const char*>(data), size);
    HeadScanner whole, cut;
    const bool found = whole.scan(bytes);
    bool found_cut = false;
    for (std::size_t n = 1; n <= size && !found_cut; ++n) found_cut = cut.scan(bytes.substr(0, n));
    check(found == found_cut && whole.refused() == cut.refused());
    if (!found) return 0;
    check(whole.size() == cut.size());

    const auto text = bytes.substr(0, whole.size());
    check(text.ends_with("\r\n"));
    Head head;
    if (check_head(text, head)) return 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto c = static_cast<unsigned char>(text[i]);
        if (c == '\n') check(i > 0 && text[i - 1] == '\r');
        check((c >= 0x20 && c != 0x7f) || c == '\t' || c == '\r' || c == '\n');
    }
    check(!(head.chunked && (head.content_length || head.http10)));

    Request request;
    request.method = std::string(head.method);
    if (!read_target(head.target, request) || request.path == "*") return 0;
    check(request.path.starts_with('/') && is_utf8(request.path));
    check(("/" + request.path + "/").find("/../") == std::string::npos);
    for (const char c : request.path) check(static_cast<unsigned char>(c) >= 0x20 && c != 0x7f);
    if (router().find(request).handler && request.params.contains("one")) {
        check("/a/" + request.param("one") + "/" + request.param("rest") == request.path);
    }
    return 0;
}
