#include "cli/redact_options.hpp"

#include "cli/pseudonym_key.hpp"
#include "http/hmac_sha256.hpp"
#include "http/sha256.hpp"

namespace farehook {

void add_redact(CLI::App& app, RedactOptions& into, const char* group) {
  CLI::Option* redact = app.add_flag("--redact", into.redact, "Put pseudonyms in place of private data");
  redact->group(group);
  add_text(app, "--redact-key", "FILE", into.key_file, "With --redact: its key; made if it is not there")
      ->group(group)
      ->needs(redact);
}

std::shared_ptr<const Redaction> redaction_of(const RedactOptions& options,
                                              const std::optional<std::string>& capture, Terminal& terminal) {
  if (!options.redact) return nullptr;
  const auto path = options.key_file ? options.key_file
                    : capture        ? std::optional(key_path_beside(*capture))
                                     : std::nullopt;
  const PseudonymKey key = path ? pseudonym_key(*path) : passing_pseudonym_key();
  if (!key.warning.empty()) terminal.complain(key.warning);
  if (path && key.is_new)
    terminal.say("The key of the pseudonyms is in " + *path + ", which is not for others: do not commit it.");
  return std::make_shared<const Redaction>(HmacSha256(key.bytes), sha256);
}

}  // namespace farehook
