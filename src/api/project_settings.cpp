#include "api/project_settings.hpp"

#include <algorithm>
#include <boost/json/array.hpp>
#include <boost/json/parse.hpp>
#include <charconv>

#include "base/nearest.hpp"
#include "base/text.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

#define SETTING(member, ...)                                                               \
    ProjectSetting {                                                                       \
#member, [](ProjectSettings & s) -> ProjectSlot { return &s.member; }, __VA_ARGS__ \
    }

// clang-format off
const std::vector<ProjectSetting> setting_table = {
    SETTING(base_path, "Put before page paths in links, /docs for example."),
    SETTING(site_url, "Address of the documentation's site, https://docs.example.com for example, for links outside of it."),
    SETTING(suggestions, "Related pages at an answer's end."),
    SETTING(finish_thread_id, "Send threadId on the finish event of v2 streams.", "auto|always|never"),
    SETTING(cancel_on_disconnect, "End an answer when its reader's connection is lost, instead of keeping it for a resume."),
    SETTING(search_result_as_object, "Results of the search tool on v1 as an object instead of a text."),
    SETTING(hook_secret, "Secret of the webhook that fetches the repository."),
    SETTING(models, "Names of the models that answer, in the order in which they are asked; none: no model."),
    SETTING(cap_answer_money, "Most that one answer may cost; 0 is no cap."),
    SETTING(cap_answer_tokens, "Most tokens that one answer may take; 0 is no cap."),
    SETTING(cap_day_money, "Most that a day's answers may cost (UTC); 0 is no cap."),
    SETTING(cap_day_tokens, "Most tokens that a day's answers may take (UTC); 0 is no cap."),
    SETTING(cap_month_money, "Most that a month's answers may cost (UTC); 0 is no cap."),
    SETTING(cap_month_tokens, "Most tokens that a month's answers may take (UTC); 0 is no cap."),
    SETTING(retention, "How long questions, answers, feedback, searches and counts are kept, 90d for example; none: for ever."),
    SETTING(mask_personal_data, "Replace e-mail addresses, numbers and secrets: in what is stored, or always, so that no model sees them.", "off|stored|always"),
    SETTING(challenge, "A message must bring a solved challenge: makes abuse of a public key costly."),
    SETTING(challenge_bits, "Difficulty of the challenge, 8 to 24: each step doubles the work; 16 is a tenth of a second."),
    SETTING(limit_reader_hour, "Messages that one reader (fp) may send in an hour; 0 is no limit."),
    SETTING(limit_address_hour, "Messages that may come from one address in an hour; 0 is no limit."),
    SETTING(job_follow_up, "How long an agent job takes follow-up messages after its work is done, 15m for example; 0 completes it at once."),
    SETTING(job_reopen, "A message to a completed agent job makes it active again, instead of being refused."),
    SETTING(job_retention, "How long after its end an agent job is archived, 90d for example; 0 is never."),
    SETTING(job_draft, "Pull requests of agent jobs are drafts, unless a job says otherwise."),
};
// clang-format on
#undef SETTING

const ProjectSetting* find(std::string_view name) {
    const auto it = std::ranges::find_if(setting_table, [&](const auto& s) { return s.name == name; });
    return it == setting_table.end() ? nullptr : &*it;
}

// Text to JSON and JSON to value, by the type of the member. The JSON is what people would write:
// amounts of money and times are kept as the text that was given.

Result<std::int64_t> whole_number(std::string_view text) {
    std::int64_t value = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc() || end != text.data() + text.size() || value < 0)
        return invalid("takes a whole number of 0 or more");
    return value;
}

struct FromText {
    std::string_view text;

    template <class T>
    Result<json::value> operator()(std::optional<T>*) const {
        return (*this)(static_cast<T*>(nullptr));
    }
    Result<json::value> operator()(std::string*) const { return json::value(json::string(text)); }
    Result<json::value> operator()(bool*) const {
        if (text != "true" && text != "false") return invalid("takes true or false");
        return json::value(text == "true");
    }
    Result<json::value> operator()(std::int64_t*) const {
        TRY(const auto value, whole_number(text));
        return json::value(value);
    }
    Result<json::value> operator()(std::chrono::milliseconds*) const {
        TRY_VOID(parse_duration(text));
        return json::value(json::string(trim(text)));
    }
    Result<json::value> operator()(Money*) const {
        TRY(const auto value, parse_money(text));
        return json::value(json::string(format_money(value)));
    }
    Result<json::value> operator()(std::vector<std::string>*) const {
        json::array out;
        for (const auto& item : split(text, ','))
            if (!trim(item).empty()) out.emplace_back(json::string(trim(item)));
        return json::value(std::move(out));
    }
};

/// Leaves the member alone when the value is of another type.
struct FromJson {
    const json::value& value;

    template <class T>
    void operator()(std::optional<T>* out) const {
        T inner{};
        if (read(inner)) *out = std::move(inner);
    }
    template <class T>
    void operator()(T* out) const {
        T inner{};
        if (read(inner)) *out = std::move(inner);
    }

    bool read(std::string& out) const {
        if (!value.is_string()) return false;
        out = std::string(value.get_string());
        return true;
    }
    bool read(bool& out) const {
        if (!value.is_bool()) return false;
        out = value.get_bool();
        return true;
    }
    bool read(std::int64_t& out) const {
        if (!value.is_int64() || value.get_int64() < 0) return false;
        out = value.get_int64();
        return true;
    }
    bool read(std::chrono::milliseconds& out) const {
        if (!value.is_string()) return false;
        const auto parsed = parse_duration(value.get_string());
        if (parsed) out = *parsed;
        return parsed.ok();
    }
    bool read(Money& out) const {
        if (!value.is_string()) return false;
        const auto parsed = parse_money(value.get_string());
        if (parsed) out = *parsed;
        return parsed.ok();
    }
    bool read(std::vector<std::string>& out) const {
        if (!value.is_array()) return false;
        for (const auto& item : value.get_array())
            if (item.is_string()) out.emplace_back(item.get_string());
        return true;
    }
};

struct Takes {
    template <class T>
    std::string operator()(std::optional<T>*) const {
        return (*this)(static_cast<T*>(nullptr));
    }
    std::string operator()(std::string*) const { return "text"; }
    std::string operator()(bool*) const { return "true or false"; }
    std::string operator()(std::int64_t*) const { return "a whole number"; }
    std::string operator()(std::chrono::milliseconds*) const { return "a duration"; }
    std::string operator()(Money*) const { return "an amount of money"; }
    std::string operator()(std::vector<std::string>*) const { return "names, with commas between them"; }
};

std::int64_t in_force(const std::optional<std::int64_t>& own, std::int64_t server) {
    return own ? *own : server;
}
std::int64_t in_force(const std::optional<Money>& own, std::int64_t server) {
    return own ? own->millionths : server;
}

}  // namespace

const std::vector<ProjectSetting>& project_settings() { return setting_table; }

std::string takes(const ProjectSetting& setting) {
    if (*setting.choices) {
        std::string out = "one of ";
        for (const auto& word : split(setting.choices, '|')) out += (out.size() > 7 ? ", " : "") + word;
        return out;
    }
    ProjectSettings unused;
    return std::visit(Takes{}, setting.slot(unused));
}

Status set_project_setting(json::object& settings, std::string_view name, std::string_view text) {
    const auto* setting = find(name);
    if (!setting) {
        std::vector<std::string> names;
        std::string all;
        for (const auto& s : setting_table) {
            names.emplace_back(s.name);
            (all += all.empty() ? "" : ", ") += s.name;
        }
        const auto near = nearest(name, names);
        return invalid("a project has no setting \"" + std::string(cut_utf8(name, 60)) + "\"; " +
                       (near.empty() ? "it has: " + all : "did you mean \"" + near + "\"?"));
    }
    if (text.empty()) {
        settings.erase(name);
        return {};
    }
    if (!is_utf8(text)) return invalid(std::string(name) + " takes text in UTF-8");
    const auto allowed = split(setting->choices, '|');
    if (*setting->choices && std::ranges::find(allowed, text) == allowed.end())
        return invalid(std::string(name) + " takes " + takes(*setting));
    ProjectSettings unused;
    auto value = std::visit(FromText{text}, setting->slot(unused));
    if (!value) return invalid(std::string(name) + " " + value.error().message);
    settings[name] = *std::move(value);
    return {};
}

ProjectSettings parse_project_settings(std::string_view text) {
    ProjectSettings out;
    boost::system::error_code failed;
    const auto value = json::parse(text, failed);
    if (failed || !value.is_object()) return out;
    const auto& settings = value.get_object();
    for (const auto& setting : setting_table)
        if (const auto* found = settings.if_contains(setting.name))
            std::visit(FromJson{*found}, setting.slot(out));
    while (out.site_url.ends_with('/')) out.site_url.pop_back();
    while (out.base_path.ends_with('/')) out.base_path.pop_back();
    if (!out.base_path.empty() && !out.base_path.starts_with('/')) out.base_path.insert(0, 1, '/');
    return out;
}

ProjectSettings settings_of(const store::Project& project) {
    return parse_project_settings(project.settings);
}

store::Caps ProjectSettings::caps(const store::Caps& server) const {
    store::Caps out;
    out.answer_cost = in_force(cap_answer_money, server.answer_cost);
    out.answer_tokens = in_force(cap_answer_tokens, server.answer_tokens);
    out.day_cost = in_force(cap_day_money, server.day_cost);
    out.day_tokens = in_force(cap_day_tokens, server.day_tokens);
    out.month_cost = in_force(cap_month_money, server.month_cost);
    out.month_tokens = in_force(cap_month_tokens, server.month_tokens);
    return out;
}

}  // namespace docent::api
