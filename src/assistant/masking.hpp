#pragma once
#include <string>
#include <string_view>

namespace docent::assistant {

/// The text with personal data and secrets replaced by what they were: "[email]", "[phone]", "[card]",
/// "[ip address]", "[iban]", "[secret]". Pure; linear in the text.
///
/// A thing is masked when its own form proves it: card numbers pass Luhn's check, IBANs theirs (ISO 13616),
/// secrets have a known prefix or stand behind a word such as "password=". What documentation is full of
/// stays: versions, dates, commit hashes, UUIDs, other numbers, example.com, private and documentation
/// addresses (RFC 5737, RFC 3849), test card numbers, placeholders such as YOUR_API_KEY.
std::string mask_personal_data(std::string_view text);

}  // namespace docent::assistant
