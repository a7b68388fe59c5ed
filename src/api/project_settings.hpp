#pragma once
#include <boost/json/object.hpp>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/quantity.hpp"
#include "store/projects.hpp"
#include "store/spending.hpp"

namespace docent::api {

/// What a project's own settings say (a JSON object: store::Project::settings). The table in
/// project_settings.cpp has each one's name, member and help; nothing else reads or writes the object.
struct ProjectSettings {
    std::string base_path;  // put before page paths in links: "" or "/docs"
    std::string site_url;   // of the documentation's site: makes links absolute for readers outside of it
    std::string finish_thread_id;              // "": the server's setting
    std::optional<bool> cancel_on_disconnect;  // of a reader; none: the server's setting
    std::string hook_secret;                   // of POST /hooks/git/{domain}; "": refused
    bool suggestions = true;                   // the block of related pages at an answer's end
    bool search_result_as_object = false;      // v1

    std::vector<std::string> models;  // in the order in which they are asked; empty: the server's order
    std::optional<Money> cap_answer_money, cap_day_money, cap_month_money;  // none: the server's; 0: off
    std::optional<std::int64_t> cap_answer_tokens, cap_day_tokens, cap_month_tokens;

    std::optional<std::chrono::milliseconds> retention;  // what readers ask, say, search and read; none: kept
    std::string mask_personal_data;                      // "", "off", "stored", "always"
    bool challenge = false;                              // messages need a solved challenge
    std::int64_t challenge_bits = 16;                    // its difficulty: see Gate
    std::int64_t limit_reader_hour = 0;                  // messages of one fp; 0: no limit
    std::int64_t limit_address_hour = 0;                 // messages from one address; 0: no limit

    std::chrono::milliseconds job_follow_up{15 * 60'000};  // a job stays open so long after a turn; 0: not
    bool job_reopen = false;  // a message to a completed job makes it active again
    std::chrono::milliseconds job_retention{90LL * 86'400'000};  // until an ended job is archived; 0: never
    bool job_draft = false;                                      // their pull requests are drafts
    bool masks() const { return mask_personal_data == "stored" || mask_personal_data == "always"; }

    /// The caps in force.
    store::Caps caps(const store::Caps& of_server) const;
};

/// Unknown names and wrong types are ignored: they are refused when they are set.
ProjectSettings settings_of(const store::Project& project);
ProjectSettings parse_project_settings(std::string_view json);

/// Changes one setting in the object from text, as the command line gives it: "true", "5", "0.25", "7d",
/// "a,b". Empty text takes the setting away. invalid_argument names the setting and what it takes, or for
/// an unknown name the nearest one.
Status set_project_setting(boost::json::object& settings, std::string_view name, std::string_view text);

/// Where a setting lives; the alternative says how its text is read. The optional ones are for settings
/// whose absence means something else than a default.
using ProjectSlot =
    std::variant<std::string*, bool*, std::int64_t*, std::chrono::milliseconds*, std::vector<std::string>*,
                 std::optional<bool>*, std::optional<std::int64_t>*, std::optional<Money>*,
                 std::optional<std::chrono::milliseconds>*>;

/// One line of the table of a project's settings.
struct ProjectSetting {
    const char* name;
    ProjectSlot (*slot)(ProjectSettings&);
    const char* help;          // one sentence
    const char* choices = "";  // "a|b|c": nothing else is taken
};
const std::vector<ProjectSetting>& project_settings();
/// What its text looks like: "true or false", "a whole number", ...
std::string takes(const ProjectSetting& setting);

}  // namespace docent::api
