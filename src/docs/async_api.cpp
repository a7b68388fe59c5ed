#include "docs/async_api.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/json/serialize.hpp>

#include "base/text.hpp"
#include "docs/json_tree.hpp"
#include "docs/reference_markdown.hpp"

namespace docent::docs {
namespace json = boost::json;
namespace {

constexpr std::size_t max_channels = 5'000;
constexpr std::size_t max_messages = 200;  // of one channel
constexpr std::size_t max_servers = 4;
constexpr std::size_t max_examples = 4;

const json::array* list_of(const json::object& object, std::string_view key) {
    const auto* value = object.if_contains(key);
    return value ? value->if_array() : nullptr;
}

/// Writes one channel. Lives for one call of AsyncApi::markdown.
class ChannelWriter {
public:
    ChannelWriter(const json::value& root, const json::object& channel)
        : root_(root.get_object()), channel_(channel), refs_(root), schemas_(refs_, out_) {}

    std::string write(const AsyncApi::Channel& about) {
        if (!about.address.empty()) out_ += fmt::format("Channel {}\n\n", code_span(about.address));
        servers();
        paragraph(about.description);
        parameters();
        gather();
        section("Messages you send", sent_);
        section("Messages you receive", received_);
        section("Messages", other_);
        if (!schemas_.has_room()) out_ += "\nThe rest of this reference is left out here: it is very long.\n";
        return std::move(out_);
    }

private:
    struct Named {
        std::string name;
        const json::object* message;
    };
    using Messages = std::vector<Named>;

    void paragraph(std::string_view text) {
        text = trim(text);
        if (!text.empty()) (out_ += cut_utf8(text, 64 << 10)) += "\n\n";
    }

    const json::object* resolved(const json::value& value) const {
        const auto* target = refs_.resolve(value);
        return target ? target->if_object() : nullptr;
    }

    /// The channel's own servers (references in AsyncAPI 3, names in 2), else all of the document's.
    void servers() {
        const auto* all = object_of(root_, "servers");
        std::vector<const json::object*> chosen;
        const auto* own = list_of(channel_, "servers");
        for (std::size_t i = 0; own && i < own->size(); ++i) {
            const auto* name = (*own)[i].if_string();
            const auto* entry = name && all ? all->if_contains(*name) : &(*own)[i];
            if (const auto* server = entry ? resolved(*entry) : nullptr) chosen.push_back(server);
        }
        if (chosen.empty() && all)
            for (const auto& [name, entry] : *all)
                if (const auto* server = resolved(entry)) chosen.push_back(server);
        std::string line;
        std::size_t n = 0;
        for (const auto* server : chosen) {
            auto address = std::string(text_of(*server, "url"));
            if (address.empty()) address = std::string(text_of(*server, "host"));
            address += text_of(*server, "pathname");
            if (address.empty() || ++n > max_servers) continue;
            const auto protocol = text_of(*server, "protocol");
            if (!protocol.empty() && address.find("://") == std::string::npos)
                address = fmt::format("{}://{}", protocol, address);
            line += (line.empty() ? "" : ", ") + code_span(address);
        }
        if (!line.empty()) out_ += fmt::format("Servers: {}\n\n", line);
    }

    void parameters() {
        static const json::value text = json::object{{"type", "string"}};
        const auto* all = object_of(channel_, "parameters");
        if (!all || all->empty()) return;
        out_ += "## Parameters\n\n";
        for (const auto& [name, entry] : *all) {
            const auto* parameter = resolved(entry);
            if (!parameter || !schemas_.has_room()) continue;
            const auto* schema = parameter->if_contains("schema");
            schemas_.field(name, schema ? *schema : text, true, 0, text_of(*parameter, "description"));
        }
        out_ += '\n';
    }

    void add(Messages& to, std::string_view name, const json::value& entry) {
        const auto* message = resolved(entry);
        if (!message || to.size() >= max_messages) return;
        if (const auto* choices = list_of(*message, "oneOf")) {
            for (const auto& choice : *choices)
                if (choice.is_object() && !choice.get_object().contains("oneOf")) add(to, name, choice);
            return;
        }
        for (const auto& known : to)
            if (known.message == message) return;
        to.push_back({std::string(name), message});
    }

    static bool has(const Messages& list, const json::object* message) {
        return std::any_of(list.begin(), list.end(),
                           [&](const Named& named) { return named.message == message; });
    }

    void gather() {
        Messages all;
        if (const auto* messages = object_of(channel_, "messages"))
            for (const auto& [name, entry] : *messages) add(all, name, entry);
        // What the application receives is what its reader sends.
        if (const auto* operations = object_of(root_, "operations"))
            for (const auto& [id, entry] : *operations) {
                const auto* operation = resolved(entry);
                const auto* place = operation ? operation->if_contains("channel") : nullptr;
                if (!place || resolved(*place) != &channel_) continue;
                auto& to = text_of(*operation, "action") == "receive" ? sent_ : received_;
                const auto* named = list_of(*operation, "messages");
                for (std::size_t i = 0; named && i < named->size(); ++i)
                    add(to, name_in(all, (*named)[i]), (*named)[i]);
                if (!named)
                    for (const auto& one : all)
                        if (!has(to, one.message)) to.push_back(one);
            }
        for (const auto& [key, to] : {std::pair("publish", &sent_), std::pair("subscribe", &received_)}) {
            const auto* operation = object_of(channel_, key);  // AsyncAPI 2
            const auto* message = operation ? operation->if_contains("message") : nullptr;
            if (message) add(*to, text_of(*operation, "operationId"), *message);
        }
        for (auto& one : all)
            if (!has(sent_, one.message) && !has(received_, one.message)) other_.push_back(std::move(one));
    }

    std::string_view name_in(const Messages& all, const json::value& entry) const {
        const auto* message = resolved(entry);
        for (const auto& one : all)
            if (one.message == message) return one.name;
        return {};
    }

    void section(std::string_view heading, const Messages& messages) {
        if (messages.empty() || !schemas_.has_room()) return;
        out_ += fmt::format("## {}\n\n", heading);
        for (const auto& [name, message] : messages)
            if (schemas_.has_room()) describe(name, *message);
    }

    void describe(std::string_view key, const json::object& message) {
        auto title = trim(text_of(message, "title"));
        const auto name = trim(text_of(message, "name"));
        if (title.empty()) title = name.empty() ? trim(key) : name;
        std::string line;
        for (const char c : cut_utf8(title, 200)) line += c == '\n' ? ' ' : c;
        out_ += fmt::format("### {}\n\n", line.empty() ? "Message" : line);
        const auto summary = trim(text_of(message, "summary"));
        paragraph(summary);
        if (const auto text = trim(text_of(message, "description")); text != summary) paragraph(text);
        part("Headers:", message.if_contains("headers"));
        part("", message.if_contains("payload"));
        examples(message);
    }

    void part(std::string_view label, const json::value* schema) {
        if (!schema) return;
        const auto* object = resolved(*schema);
        // A schema with its format beside it.
        if (const auto* inner = object ? object->if_contains("schema") : nullptr;
            inner && !object->contains("type"))
            schema = inner;
        paragraph(label);
        write_schema(*schema, refs_, schemas_, out_);
    }

    void examples(const json::object& message) {
        const auto* list = list_of(message, "examples");
        std::size_t n = 0;
        for (std::size_t i = 0; list && i < list->size(); ++i) {
            const auto* example = (*list)[i].if_object();
            const auto* payload = example ? example->if_contains("payload") : nullptr;
            if (!payload || ++n > max_examples || !schemas_.has_room()) continue;
            const auto summary = trim(text_of(*example, "summary"));
            paragraph(summary.empty() ? text_of(*example, "name") : summary);
            out_ += example_block(*payload, payload->is_string() ? "" : "json");
        }
    }

    const json::object& root_;
    const json::object& channel_;
    const RefResolver refs_;
    std::string out_;
    SchemaWriter schemas_;
    Messages sent_, received_, other_;
};

}  // namespace

Result<AsyncApi> AsyncApi::parse(std::string_view text, std::string_view file) {
    TRY(auto tree, parse_json_or_yaml_tree(text, file));
    AsyncApi api;
    api.root_ = std::make_shared<const json::value>(std::move(tree));
    const auto* root = api.root_->if_object();
    const auto* version = root ? root->if_contains("asyncapi") : nullptr;
    if (!version) return invalid("not an AsyncAPI document: the field asyncapi is missing");
    const std::string number =
        version->is_string() ? std::string(version->get_string()) : json::serialize(*version);
    if (!number.starts_with("2") && !number.starts_with("3"))
        return invalid("only AsyncAPI 2 and 3 are read; the field asyncapi says another version");
    const RefResolver refs(*api.root_);
    const auto* channels = object_of(*root, "channels");
    if (!channels) return api;
    for (const auto& [name, entry] : *channels) {
        const auto* target = refs.resolve(entry);
        const auto* object = target ? target->if_object() : nullptr;
        if (!object || api.channels_.size() == max_channels) continue;
        Channel channel;
        channel.name = std::string(name);
        channel.title = trim(text_of(*object, "title"));
        channel.address = number.starts_with("2") ? channel.name : std::string(text_of(*object, "address"));
        channel.description = text_of(*object, "description");
        if (channel.description.empty()) channel.description = text_of(*object, "summary");
        api.channels_.push_back(std::move(channel));
    }
    return api;
}

const AsyncApi::Channel* AsyncApi::find(std::string_view name) const {
    for (const auto& channel : channels_)
        if (channel.name == name) return &channel;
    for (const auto& channel : channels_)
        if (!name.empty() && channel.address == name) return &channel;
    return nullptr;
}

Result<std::string> AsyncApi::markdown(std::string_view name) const {
    const auto* about = find(name);
    if (!about) return not_found("the AsyncAPI document has no such channel");
    const auto* channels = object_of(root_->get_object(), "channels");
    const auto* channel = RefResolver(*root_).resolve(channels->at(about->name));
    return ChannelWriter(*root_, channel->get_object()).write(*about);
}

}  // namespace docent::docs
