#include "api/job_bodies.hpp"

#include <boost/json/array.hpp>

#include "base/text.hpp"
#include "git/repository.hpp"

namespace docent::api {
namespace {

namespace json = boost::json;

constexpr std::size_t longest_job_branch = 250, longest_job_name = 200, longest_job_address = 2'000,
                      most_chat_messages = 200;

std::string prompt_in(Fields& fields, const Settings& settings) {
    if (!fields.has("prompt")) fields.complain("prompt", "is missing; say what is to be done", "missing");
    const auto text = fields.text("prompt", settings.session_message);
    if (text && trim(*text).empty())
        fields.complain("prompt", "is empty; say what is to be done", "too_short");
    return text.value_or("");
}

std::string branch_in(Fields& fields, std::string_view name) {
    const auto given = fields.characters(name, 1, longest_job_branch);
    if (given && !git::is_branch_name(*given))
        fields.complain(name, shown(*given) + " is no name that git allows for a branch");
    return given.value_or("");
}

struct ChatPart {
    std::string role, content;
};

std::vector<ChatPart> messages_in(Fields& fields, const Settings& settings, Complaints& complaints) {
    std::vector<ChatPart> out;
    if (!fields.has("messages"))
        fields.complain("messages", "is missing; send [{\"role\": \"user\", \"content\": ...}]", "missing");
    const auto* list = fields.list("messages", most_chat_messages);
    std::size_t bytes = 0;
    for (std::size_t i = 0; list && i < list->size(); ++i) {
        const auto where = "messages[" + std::to_string(i) + "]";
        if (!(*list)[i].is_object()) {
            complaints.add(where, "expected an object", "wrong_type");
            continue;
        }
        Fields of((*list)[i].get_object(), where, complaints);
        for (const char* name : {"role", "content"})
            if (!of.has(name)) of.complain(name, "is missing", "missing");
        ChatPart part;
        part.role = of.word("role", {"system", "user", "assistant"}).value_or("");
        part.content = of.text("content", settings.session_message).value_or("");
        bytes += part.content.size();
        if (!trim(part.content).empty()) out.push_back(std::move(part));
    }
    if (bytes > settings.session_message)
        fields.complain("messages",
                        "are longer than " + std::to_string(settings.session_message) + " bytes together",
                        "too_long");
    return out;
}

/// See parse_chat_job().
std::string prompt_of(const std::vector<ChatPart>& messages, std::size_t task) {
    std::string out(trim(messages[task].content));
    if (out.starts_with('/')) return out;
    std::string instructions, example;
    for (std::size_t i = 0; i < messages.size(); ++i) {
        const auto& [role, content] = messages[i];
        if (role == "system")
            instructions += "\n" + content + "\n";
        else if (i != task)
            example += "\n[" + role + "]\n" + content + "\n";
    }
    if (!instructions.empty()) out += "\n\nInstructions for this task:\n" + instructions;
    if (!example.empty())
        out += "\n\nThe conversation before this task, as an example of what is wanted:\n" + example;
    return out;
}

}  // namespace

NewJobBody parse_new_job(const json::object& body, const Settings& settings, Complaints& complaints) {
    Fields fields(body, "", complaints);
    NewJobBody out;
    out.job.prompt = prompt_in(fields, settings);
    out.job.branch = branch_in(fields, "branch");
    const auto ref = branch_in(fields, "ref"), target = branch_in(fields, "target");
    if (!ref.empty() && !target.empty() && ref != target)
        fields.complain("target", "is another branch than ref; they mean the same: send one of them");
    out.job.target = ref.empty() ? target : ref;
    if (!out.job.branch.empty() && out.job.branch == out.job.target)
        fields.complain("branch", "is the branch that the pull request is for; work on another one");
    out.job.model = fields.characters("model", 1, longest_job_name).value_or("");
    out.job.dry_run = fields.boolean("dryRun").value_or(false);
    out.job.cause = fields.word("origin", {"api", "cli"}).value_or("api");
    out.draft = fields.boolean("asDraft");
    out.repository = fields.text("repository", longest_job_address).value_or("");
    return out;
}

NewJobBody parse_chat_job(const json::object& body, const Settings& settings, Complaints& complaints) {
    Fields fields(body, "", complaints);
    NewJobBody out;
    const auto messages = messages_in(fields, settings, complaints);
    std::size_t task = messages.size();
    for (std::size_t i = 0; i < messages.size(); ++i)
        if (messages[i].role == "user") task = i;
    if (task < messages.size())
        out.job.prompt = prompt_of(messages, task);
    else if (complaints.empty())
        fields.complain("messages", "has no message of the role user that says what is to be done");
    out.job.branch = branch_in(fields, "branch");
    out.draft = fields.boolean("asDraft");
    out.job.model = fields.word("model", {"sonnet", "opus"}).value_or("sonnet");
    return out;
}

std::string parse_job_prompt(const json::object& body, const Settings& settings, Complaints& complaints) {
    Fields fields(body, "", complaints);
    return prompt_in(fields, settings);
}

}  // namespace docent::api
