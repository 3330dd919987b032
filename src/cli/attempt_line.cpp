#include "cli/attempt_line.hpp"

#include "delivery/json_string.hpp"
#include "delivery/utf8.hpp"

namespace farehook {

std::string line_of(const Dispatch& dispatch, const std::string& url, const Attempt& attempt, Outcome outcome,
                    std::optional<Timestamp> scheduled_at) {
  std::string line = R"({"id":)";
  append_quoted(line, as_utf8(dispatch.delivery.id));
  line += R"(,"attempt":)" + std::to_string(dispatch.attempts) + R"(,"url":)";
  append_quoted(line, as_utf8(url));
  if (scheduled_at) line += R"(,"scheduled_at":")" + to_rfc3339(*scheduled_at) + '"';
  line += R"(,"started_at":")" + to_rfc3339(attempt.started_at) + R"(","duration_ms":)" +
          to_milliseconds(attempt.duration);
  if (attempt.status)
    line += R"(,"status":)" + std::to_string(*attempt.status);
  else
    line += R"(,"error":")" + attempt.error + '"';
  if (!attempt.retry_after.empty()) {
    line += R"(,"retry_after":)";
    append_quoted(line, as_utf8(attempt.retry_after));
  }
  line += R"(,"outcome":")";
  line += to_string(outcome);
  return line + "\"}\n";
}

std::string result_of(const Attempt& attempt) {
  if (attempt.status) return "status " + std::to_string(*attempt.status);
  return attempt.detail.empty() ? attempt.error : attempt.error + ": " + attempt.detail;
}

std::string remedy_of(const Attempt& attempt) {
  if (attempt.status) {
    const int status = *attempt.status;
    if (status == 401) return "A user and password are read from --auth-file or FAREHOOK_AUTH.";
    if (status >= 300 && status < 400)
      return "Redirects are not followed: give the URL that it redirects to.";
    if (status == 404 || status == 405) return "Is the path that of the webhook?";
    if (status == 413) return "The receiver takes no bodies of that size.";
    return "";
  }
  if (attempt.error == "refused") return "Is the receiver running, and on this port?";
  if (attempt.error == "dns") return "Check the host's name.";
  if (attempt.error == "tls")
    return "--cacert FILE trusts the authority that signed its certificate; --insecure checks nothing.";
  if (attempt.error == "timeout") return "--timeout gives it longer.";
  if (attempt.error == "closed") return "Does the receiver's log say why?";
  if (attempt.error == "garbled") return "Is it a web server, and does its port speak TLS (https)?";
  if (attempt.error == "too-large") return "A webhook's answer is short.";
  return "";
}

}  // namespace farehook
