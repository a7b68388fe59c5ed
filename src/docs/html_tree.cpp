#include "docs/html_tree.hpp"

#include <csetjmp>
#include <cstdlib>
#include <ctime>
#include <vector>

#include "base/text.hpp"

namespace docent::docs {
namespace {

constexpr double max_seconds = 4;  // of CPU time; a page of a megabyte takes some 0.05

/// All that the parser allocates for one page. Hostile pages make it build trees far larger than the
/// page (formatting elements are opened again in every block) or search deep stacks for every tag; when the
/// fence is full, the parse ends by a jump out of it. Nothing but the parser's C frames is between.
struct Fence {
    struct Header {
        Header* before;
        Header* after;
        std::size_t size;
        std::size_t unused;  // keeps 16 bytes of alignment
    };
    Header head{&head, &head, 0, 0};
    std::size_t used = 0, limit = 0;
    unsigned calls = 0;
    std::clock_t began = std::clock();
    std::jmp_buf out;

    Fence() = default;
    Fence(const Fence&) = delete;
    Fence& operator=(const Fence&) = delete;
    ~Fence() {
        // The parser's own clean-up recurses by depth; here the list is the tree's owner.
        while (head.after != &head) release(this, head.after + 1);
    }

    static void* take(void* self, std::size_t size) {
        Fence& fence = *static_cast<Fence*>(self);
        const bool late = (++fence.calls & 1023U) == 0 &&
                          static_cast<double>(std::clock() - fence.began) > max_seconds * CLOCKS_PER_SEC;
        if (late || size > fence.limit || fence.used + size > fence.limit) std::longjmp(fence.out, 1);
        auto* block = static_cast<Header*>(std::malloc(sizeof(Header) + size));
        if (!block) std::longjmp(fence.out, 1);
        fence.used += size + sizeof(Header);
        *block = {&fence.head, fence.head.after, size, 0};
        fence.head.after->before = block;
        fence.head.after = block;
        return block + 1;
    }

    static void release(void* self, void* memory) {
        if (!memory) return;
        Fence& fence = *static_cast<Fence*>(self);
        Header* block = static_cast<Header*>(memory) - 1;
        block->before->after = block->after;
        block->after->before = block->before;
        fence.used -= block->size + sizeof(Header);
        std::free(block);
    }
};

/// Null when the fence is full. No object with a destructor lives in this function.
GumboOutput* parse_fenced(Fence& fence, const char* text, std::size_t size) {
    GumboOptions options = kGumboDefaultOptions;
    options.allocator = &Fence::take;
    options.deallocator = &Fence::release;
    options.userdata = &fence;
    options.max_errors = 0;
    if (setjmp(fence.out) != 0) return nullptr;
    return gumbo_parse_with_options(&options, text, size);
}

}  // namespace

bool with_html_tree(std::string_view html, const std::function<void(const GumboNode&)>& read) {
    Fence fence;
    fence.limit = (std::size_t{32} << 20) + 40 * html.size();
    const GumboOutput* output = parse_fenced(fence, html.data(), html.size());
    if (!output) return false;
    read(*output->document);
    return true;
}

std::string_view tag_of(const GumboNode& node) {
    if (!is_element(node)) return {};
    if (node.v.element.tag != GUMBO_TAG_UNKNOWN) return gumbo_normalized_tagname(node.v.element.tag);
    return {};
}

std::string_view attribute(const GumboNode& node, const char* name) {
    if (!is_element(node)) return {};
    const auto* found = gumbo_get_attribute(&node.v.element.attributes, name);
    return found ? std::string_view(found->value) : std::string_view();
}

bool has_attribute(const GumboNode& node, const char* name) {
    return is_element(node) && gumbo_get_attribute(&node.v.element.attributes, name);
}

bool has_class(const GumboNode& node, std::string_view name) {
    const std::string_view all = attribute(node, "class");
    for (std::size_t at = all.find(name); at != std::string_view::npos; at = all.find(name, at + 1)) {
        const auto space = [&](std::size_t i) {
            return i >= all.size() || static_cast<unsigned char>(all[i]) <= ' ';
        };
        if ((at == 0 || space(at - 1)) && space(at + name.size())) return true;
    }
    return false;
}

const GumboNode* const* Children::begin() const {
    return nodes ? reinterpret_cast<const GumboNode* const*>(nodes->data) : nullptr;
}
const GumboNode* const* Children::end() const { return nodes ? begin() + nodes->length : nullptr; }

Children children(const GumboNode& node) {
    if (node.type == GUMBO_NODE_DOCUMENT) return {&node.v.document.children};
    if (is_element(node)) return {&node.v.element.children};
    return {nullptr};
}

std::string text_content(const GumboNode& node) {
    std::string text;
    std::vector<const GumboNode*> open{&node};
    while (!open.empty() && text.size() < (1U << 20)) {
        const GumboNode& at = *open.back();
        open.pop_back();
        if (at.type == GUMBO_NODE_TEXT || at.type == GUMBO_NODE_WHITESPACE || at.type == GUMBO_NODE_CDATA) {
            text += at.v.text.text;
            continue;
        }
        if (tag_of(at) == "br") text += '\n';
        const Children list = children(at);
        for (const auto* const* child = list.end(); child != list.begin();) open.push_back(*--child);
    }
    return text;
}

}  // namespace docent::docs
