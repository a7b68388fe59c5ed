#include "app/config.hpp"

#include <fmt/format.h>
#include <toml++/toml.h>

#include <algorithm>
#include <fstream>
#include <sstream>

#include "app/model_settings.hpp"
#include "app/settings.hpp"
#include "base/nearest.hpp"
#include "base/text.hpp"
#include "git/repository.hpp"
#include "git/signing.hpp"
#include "git/workspace.hpp"

extern "C" char** environ;

namespace docent::app {
namespace {

namespace fs = std::filesystem;

std::vector<std::string> setting_names() {
    std::vector<std::string> out;
    for (const auto& setting : settings()) out.emplace_back(setting.name);
    return out;
}

std::string at(const fs::path& file, const toml::source_region& where) {
    return fmt::format("{}:{}: ", file.string(), where.begin.line);
}

bool is_section(std::string_view name) {
    return std::any_of(settings().begin(), settings().end(), [&](const Setting& s) {
        return std::string_view(s.name).starts_with(std::string(name) + ".");
    });
}

// A TOML value as the text that a flag would have; the type is checked here, the text by parse_slot.
Result<std::string> text_of(const Slot& slot, bool bytes, const toml::node& node) {
    if (std::holds_alternative<bool*>(slot)) {
        if (const auto* v = node.as_boolean()) return std::string(v->get() ? "true" : "false");
        return invalid("takes true or false");
    }
    const bool number =
        std::holds_alternative<std::int64_t*>(slot) || (std::holds_alternative<std::size_t*>(slot) && !bytes);
    if (number) {
        if (const auto* v = node.as_integer()) return std::to_string(v->get());
        return invalid("takes a whole number");
    }
    const bool money =
        std::holds_alternative<Money*>(slot) || std::holds_alternative<std::optional<Money>*>(slot);
    const bool quantity = money || std::holds_alternative<std::size_t*>(slot) ||
                          std::holds_alternative<std::chrono::milliseconds*>(slot);
    if (const auto* v = node.as_integer(); v && quantity) return std::to_string(v->get());
    if (const auto* v = node.as_floating_point(); v && money) return fmt::format("{}", v->get());
    if (const auto* v = node.as_string()) return v->get();
    return invalid("takes a text in quotes");
}

Status set_from_node(Slot slot, const char* choices, bool bytes, const toml::node& node) {
    if (auto** list = std::get_if<std::vector<std::string>*>(&slot)) {
        const auto* array = node.as_array();
        if (!array) return invalid("takes a list of texts");
        std::vector<std::string> items;
        for (const auto& item : *array) {
            if (!item.is_string()) return invalid("takes a list of texts");
            items.push_back(item.as_string()->get());
        }
        **list = std::move(items);
        return {};
    }
    TRY(const std::string text, text_of(slot, bytes, node));
    return parse_slot(slot, choices, bytes, text);
}

/// [models.NAME]
Status read_model(Config& config, const fs::path& file, const std::string& model, const toml::table& table) {
    for (const auto& [key, node] : table) {
        const std::string name = std::string(key.str());
        const auto* setting = find_model_setting(name);
        Status set;
        if (setting) {
            llm::ModelConfig unused;
            auto text = text_of(setting->slot(unused), false, node);
            set = text ? set_model_setting(config, model, name, *text, Origin::file)
                       : Status(std::move(text).error());
        } else {
            set = set_model_setting(config, model, name, "", Origin::file);
        }
        if (!set)
            return invalid(at(file, key.source()) + "\"models." + model + "." + name + "\" " +
                           set.error().message);
    }
    return {};
}

/// The tables below [models], in the order of the file: it is the order in which they are asked.
Status read_models(Config& config, const fs::path& file, const toml::table& table) {
    std::vector<std::pair<toml::source_index, std::string>> names;
    for (const auto& [key, node] : table)
        if (node.is_table()) names.emplace_back(key.source().begin.line, std::string(key.str()));
    std::ranges::sort(names);
    for (const auto& [line, name] : names)
        TRY_VOID(read_model(config, file, name, *table.get(name)->as_table()));
    return {};
}

Status read_table(Config& config, const fs::path& file, const toml::table& table, const std::string& prefix) {
    for (const auto& [key, node] : table) {
        const std::string name = prefix + std::string(key.str());
        if (const auto* section = node.as_table(); section && prefix.empty() && is_section(name)) {
            if (name == "models") TRY_VOID(read_models(config, file, *section));
            TRY_VOID(read_table(config, file, *section, name + "."));
            continue;
        }
        if (prefix == "models." && node.is_table()) continue;
        const Setting* setting = find_setting(name);
        const std::string where = at(file, key.source());
        if (!setting) {
            const std::string near = nearest(name, setting_names());
            return invalid(
                where + "there is no setting \"" + name + "\"" +
                (near.empty() ? "; `docent config` lists all" : "; did you mean \"" + near + "\"?"));
        }
        if (auto set = set_from_node(setting->slot(config), setting->choices, setting->bytes, node); !set)
            return invalid(where + "\"" + name + "\" " + set.error().message);
        config.origins[name] = Origin::file;
    }
    return {};
}

Status read_file(Config& config, const fs::path& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    if (!in) return not_found("the configuration file " + file.string() + " cannot be read");
    try {
        return read_table(config, file, toml::parse(text.str(), file.string()), "");
    } catch (const toml::parse_error& e) {
        return invalid(at(file, e.source()) + "this is no TOML: " + std::string(e.description()));
    }
}

// A Kubernetes service named "docent" puts these into every container's environment.
bool from_kubernetes(std::string_view name) {
    return name == "DOCENT_PORT" || name.starts_with("DOCENT_PORT_") || name.starts_with("DOCENT_SERVICE_");
}

}  // namespace

Result<Config> load_config(const fs::path& file, const std::map<std::string, std::string>& environment,
                           const std::string& data) {
    Config config;
    fs::path chosen = file;
    if (chosen.empty())
        if (const auto it = environment.find("DOCENT_CONFIG"); it != environment.end()) chosen = it->second;

    const auto data_variable = environment.find("DOCENT_DATA");
    fs::path directory = config.data;
    if (data_variable != environment.end() && !data_variable->second.empty())
        directory = data_variable->second;
    if (!data.empty()) directory = data;

    std::error_code ignored;
    if (!chosen.empty()) {
        TRY_VOID(read_file(config, chosen));
    } else if (fs::exists(directory / "docent.toml", ignored)) {
        TRY_VOID(read_file(config, directory / "docent.toml"));
        if (config.origins.contains("data"))
            return invalid(
                (directory / "docent.toml").string() +
                ": \"data\" cannot be set in the data directory's own file; give --config or --data");
    }

    std::vector<std::string> known;
    for (const auto& setting : settings()) {
        known.push_back(environment_name(setting));
        const auto it = environment.find(known.back());
        if (it == environment.end()) continue;
        if (auto set = parse_value(setting, config, it->second); !set)
            return invalid("the variable " + it->first + " " + set.error().message);
        config.origins[setting.name] = Origin::environment;
    }
    for (const auto& [name, value] : environment) {
        // DOCENT_API_KEY is for the command line.
        if (!name.starts_with("DOCENT_") || name == "DOCENT_CONFIG" || name == "DOCENT_API_KEY" ||
            from_kubernetes(name))
            continue;
        if (std::find(known.begin(), known.end(), name) != known.end()) continue;
        if (std::string model, key; split_model_variable(config, name, model, key)) {
            if (auto set = set_model_setting(config, model, key, value, Origin::environment); !set)
                return invalid("the variable " + name + " " + set.error().message);
            continue;
        }
        const std::string near = nearest(name, known);
        config.warnings.push_back("the variable " + name + " is no setting" +
                                  (near.empty() ? "" : "; did you mean " + near + "?"));
    }
    if (!data.empty()) TRY_VOID(set_setting(config, "data", data, Origin::flag));
    return config;
}

Status set_setting(Config& config, const std::string& name, const std::string& text, Origin origin) {
    if (std::string model, key; split_model_setting(name, model, key)) {
        if (auto set = set_model_setting(config, model, key, text, origin); !set)
            return invalid("\"" + name + "\" " + set.error().message);
        return {};
    }
    const Setting* setting = find_setting(name);
    if (!setting) return invalid("there is no setting \"" + name + "\"");
    if (auto set = parse_value(*setting, config, text); !set)
        return invalid("\"" + name + "\" " + set.error().message);
    config.origins[name] = origin;
    return {};
}

std::string show_config(const Config& config) {
    std::string out, section;
    for (const auto& setting : settings()) {
        const std::string_view name = setting.name;
        const auto dot = name.find('.');
        const std::string here(dot == std::string_view::npos ? "" : name.substr(0, dot));
        if (here != section) {
            out += fmt::format("\n[{}]\n", here);
            section = here;
        }
        const auto origin = origin_name(config, setting.name, environment_name(setting));
        const auto key = dot == std::string_view::npos ? name : name.substr(dot + 1);
        out += fmt::format("{} = {}  # {}\n", key, format_value(setting, config, true), origin);
    }
    return out + show_models(config);
}

std::string settings_page() {
    std::string out =
        "---\ntitle: \"Settings\"\ndescription: \"Every setting of Docent: name, variable, default and "
        "meaning\"\n"
        "icon: \"sliders\"\n---\n\n"
        "{/* Made by `docent config --reference` from src/app/settings.cpp; a test compares the two. */}\n\n"
        "How settings are given is told in [Configuration](/configuration).\n";
    std::string section = "-";
    const Config defaults;
    for (const auto& setting : settings()) {
        const std::string_view name = setting.name;
        const auto dot = name.find('.');
        const std::string here(dot == std::string_view::npos ? "" : name.substr(0, dot));
        if (here != section) {
            out += here.empty() ? "\n## Top level\n" : fmt::format("\n## [{}]\n", here);
            if (here == "models")
                out +=
                    "\nEach table `[models.NAME]` is one more model and has the keys of `[model]`; the "
                    "variable "
                    "of a key is `DOCENT_MODELS_NAME_KEY`.\n";
            section = here;
        }
        std::string type = type_name(setting);
        if (*setting.choices) {
            type += " ";
            bool first = true;
            for (const auto& word : split(setting.choices, '|')) {
                type += (first ? "`" : ", `") + (word.empty() ? "\"\"" : word) + "`";
                first = false;
            }
        }
        out += fmt::format("\n### {}\n\n{}\n\n- Type: {}\n- Default: `{}`\n- Variable: `{}`\n", setting.name,
                           setting.help, type, format_value(setting, defaults, false),
                           environment_name(setting));
    }
    return out;
}

std::map<std::string, std::string> process_environment() {
    std::map<std::string, std::string> out;
    for (char** entry = environ; entry && *entry; ++entry) {
        const std::string_view pair = *entry;
        if (const auto equals = pair.find('='); equals != std::string_view::npos)
            out.emplace(pair.substr(0, equals), pair.substr(equals + 1));
    }
    return out;
}

std::vector<llm::ModelConfig> configured_models(const Config& config) {
    std::vector<llm::ModelConfig> out;
    if (!config.model.provider.kind.empty()) {
        out.push_back(config.model);
        out.back().name = "default";
    }
    out.insert(out.end(), config.models.begin(), config.models.end());
    return out;
}

store::Caps configured_caps(const Config& config) {
    store::Caps out;
    out.answer_cost = config.caps.answer_money.millionths;
    out.answer_tokens = config.caps.answer_tokens;
    out.day_cost = config.caps.day_money.millionths;
    out.day_tokens = config.caps.day_tokens;
    out.month_cost = config.caps.month_money.millionths;
    out.month_tokens = config.caps.month_tokens;
    return out;
}

agent::Settings configured_agent(const Config& config) {
    using std::chrono::duration_cast;
    using std::chrono::seconds;
    const auto& given = config.agent;
    agent::Settings out;
    out.limits.steps = given.turn_steps;
    out.limits.tokens = given.turn_tokens;
    out.limits.cost = given.turn_cost.millionths;
    out.limits.time = duration_cast<seconds>(given.turn_time);
    out.question_limit = duration_cast<seconds>(given.question_limit);
    out.max_running = static_cast<std::size_t>(given.max_running);
    out.max_queued = given.max_queued;
    out.max_open = given.max_open;
    out.max_disk = given.max_disk;
    out.author_name = given.author_name;
    out.signing_key = git::is_ssh_signing_key(given.signing_key)
                          ? std::filesystem::absolute(given.signing_key).string()
                          : given.signing_key;
    out.branch_prefix = given.branch_prefix;
    out.mention = given.mention;
    out.author_email = given.author_email;
    out.allowed_hosts = given.allowed_hosts;
    out.data = config.data;
    for (const auto& model : configured_models(config)) out.secrets.push_back(model.provider.api_key);
    out.secrets.push_back(config.sources.embeddings.api_key);
    out.secrets.push_back(config.secret_key);
    return out;
}

Status blocking_check_commits(const Config& config) {
    const auto agent = configured_agent(config);
    const auto of = [](const char* setting, Error error) {
        error.message = "\"" + std::string(setting) + "\" " + error.message;
        return error;
    };
    if (!git::check_identity({agent.author_name, "a@localhost"}))
        return of("agent.author_name", invalid("is empty or has signs that git cannot keep"));
    if (!git::check_identity({"a", agent.author_email}))
        return of("agent.author_email", invalid("is empty or has signs that git cannot keep"));
    if (!git::is_branch_name(agent.branch_prefix + "page"))
        return of("agent.branch_prefix",
                  invalid("begins no branch name that git allows; such as docs/ or docent-"));
    if (agent.signing_key.empty()) return {};
    auto signs = git::blocking_check_signing_key(agent.signing_key);
    return signs ? signs : of("agent.signing_key", signs.error());
}

std::string store_url(const Config& config) {
    if (!config.store_url.empty()) return config.store_url;
    return "sqlite:" + (config.data / "docent.db").string();
}

}  // namespace docent::app
